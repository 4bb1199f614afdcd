//! Tables that people bring: every notation a spreadsheet or a script may write, the points that come of it, and sentences
//! about the rest. Which columns are taken is in `table_columns.rs`.

use chailou::data::table::{Decimal, Encoding, MOST_KEPT, MOST_READ, Table, read};
use chailou::diffusion::{key, threefry2x32};

#[track_caller]
pub fn table(bytes: impl AsRef<[u8]>) -> Table {
    let bytes = bytes.as_ref();
    read(bytes, &[]).unwrap_or_else(|e| panic!("{:?}: {e}", String::from_utf8_lossy(bytes)))
}

/// The points as they stood in the text.
fn original(table: &Table) -> Vec<[f64; 2]> {
    let standard = &table.standard;
    let back = |p: &[f32]| [0, 1].map(|c| f64::from(p[c]) * standard.scale + standard.mean[c]);
    standard.points.chunks_exact(2).map(back).collect()
}

#[track_caller]
fn holds(bytes: impl AsRef<[u8]>, expected: &[[f64; 2]]) {
    let text = String::from_utf8_lossy(bytes.as_ref()).into_owned();
    let got = original(&table(bytes));
    assert_eq!(got.len(), expected.len(), "{text:?}");
    for (i, (got, expected)) in got.iter().zip(expected).enumerate() {
        let near = (0..2).all(|c| (got[c] - expected[c]).abs() <= 1e-6 * (1.0 + expected[c].abs()));
        assert!(near, "{text:?}, point {i}: got {got:?}, expected {expected:?}");
    }
}

#[track_caller]
fn refused(bytes: impl AsRef<[u8]>, words: &str) {
    let text = String::from_utf8_lossy(bytes.as_ref()).into_owned();
    let error = read(bytes.as_ref(), &[]).err().unwrap_or_else(|| panic!("{text:?} is read"));
    let error = error.to_string();
    assert!(error.contains(words) && !error.contains(['\n', '\r', '\0']), "{text:?}: {error}");
    assert!(error.len() < 240, "{error}");
}

const TWO: [[f64; 2]; 2] = [[1.5, -2.0], [3.0, 4e-3]];

#[test]
fn every_usual_notation_is_read() {
    for text in [
        "1.5,-2\n3,4e-3",
        "1.5, -2\r\n3, 4e-3\r\n",
        "1.5;-2\n3;4e-3\n\n",
        "1,5;-2\n3;0,004",
        "1.5\t-2\n3\t4e-3",
        "1,5\t-2,0\n3\t0,004",
        "  1.5   -2 \n 3 0.004",
        "1,5 -2,0\n3 0,004",
        "1.5,\u{2212}2\n3,4E-3",
        "\u{feff}x,y\n1.5,-2\n3,4e-3",
        "# two points\n\nlongitude latitude\n1.5 -2\n# between\n3 +.004",
        "\"1.5\",\"-2\"\n'3','4e-3'",
        "\"1,5\",\"-2\"\n\"3\",\"0,004\"",
        "1.5,-2,\n3,4e-3,\n",
        "1.5,-2,red\n3,4e-3,blue",
        ",Y,name,X\n0,-2,a,1.5\n1,4e-3,b,3\n",
        "sep=;\r\n1,5;-2\r\n3;0,004\r\n",
        "1.5|-2\n3|4e-3",
        "| x | y |\n|---|--:|\n| 1.5 | -2 |\n| 3 | 4e-3 |\n",
        "1.5，-2\n3，4e-3",
        "１．５；－２\n３；０．００４",
        "1,5、-2\n3、0,004",
        "1.5\u{a0}-2\n3\u{a0}4e-3",
        "x,y\n1.5,-2\n,,\n3,4e-3\n,,\n",
        "\"a \"\"very\"\"\nlong, heading\",x,y\n0,1.5,-2\n0,3,4e-3",
    ] {
        holds(text, &TWO);
    }
}

#[test]
fn every_line_end_there_is_ends_a_line() {
    for end in ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}", "\u{b}", "\u{c}"] {
        holds(["1.5,-2", "3,4e-3", ""].join(end), &TWO);
        refused(["1,2", "", "3,4", "x,5"].join(end), "line 4, column 1: 'x'");
    }
}

#[test]
fn every_encoding_of_spreadsheets_is_read_and_told() {
    let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    };
    let text = "größe\twert\r\n1,5\t-2\r\n3\t0,004\r\n";
    let marked = format!("\u{feff}{text}");
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), Encoding::Utf8),
        (marked.as_bytes().to_vec(), Encoding::Utf8),
        (utf16(&marked, u16::to_le_bytes), Encoding::Utf16Le),
        (utf16(text, u16::to_le_bytes), Encoding::Utf16Le),
        (utf16(&marked, u16::to_be_bytes), Encoding::Utf16Be),
        (utf16(text, u16::to_be_bytes), Encoding::Utf16Be),
        (latin, Encoding::Windows1252),
    ] {
        let read = table(&bytes);
        assert_eq!((read.encoding, &*read.columns[0].name), (encoding, "größe"));
        assert_eq!(read.decimal, Decimal::Comma);
        holds(bytes, &TWO);
    }
    // Word's dash for a minus, in the code page of Windows.
    holds(b"1.5;\x962\n3;4e-3", &TWO);
    refused(b"PK\x03\x04\x14\0\x06\0", "workbook");
    refused(b"\x7fELF\x02\x01\0\0\0\0", "line 1: a zero byte");
}

#[test]
fn thousands_are_told_from_decimals_by_the_other_fields() {
    for (text, decimal, expected) in [
        (
            "\"29,034.09\",\"5,200.00\"\n\"950\",\"1,001\"",
            Decimal::Dot,
            [[29034.09, 5200.0], [950.0, 1001.0]],
        ),
        ("29.034,09;5.200,00\n950;1.001", Decimal::Comma, [[29034.09, 5200.0], [950.0, 1001.0]]),
        (
            "29\u{202f}034,09\t5 200,00\n950\t1 001",
            Decimal::Comma,
            [[29034.09, 5200.0], [950.0, 1001.0]],
        ),
        ("29’034.09;5’200.00\n950;1’001", Decimal::Dot, [[29034.09, 5200.0], [950.0, 1001.0]]),
        ("1,234;5,678\n2,345;1,001", Decimal::Comma, [[1.234, 5.678], [2.345, 1.001]]),
        (
            "\"1,234\",\"5,678\"\n\"2,345\",\"1,001\"",
            Decimal::Dot,
            [[1234.0, 5678.0], [2345.0, 1001.0]],
        ),
        ("1.234;5.678\n2.345;1.001", Decimal::Dot, [[1.234, 5.678], [2.345, 1.001]]),
        ("1.5;2,5\n3.5;4,5", Decimal::Mixed, [[1.5, 2.5], [3.5, 4.5]]),
    ] {
        assert_eq!(table(text).decimal, decimal, "{text}");
        holds(text, &expected);
    }
    refused("1.5;2,5\n3.5;4,567", "line 2, column 2: '4,567' has thousands or decimals");
}

/// (1, 2), JSON, Python, numpy, and points that name their coordinates.
#[test]
fn points_in_brackets_and_points_that_name_themselves_are_read() {
    for text in [
        "(1.5, -2)\n(3, 0.004)",
        "(1.5, -2), (3, 0.004)",
        "（1.5，-2）\n（3，0.004）",
        "[[1.5, -2], [3, 0.004]]",
        "[\n  [\n    1.5,\n    -2\n  ],\n  [\n    3,\n    0.004\n  ]\n]\n",
        "points = np.array([[ 1.5   -2.   ]\n [ 3.     0.004]])",
        "[{\"x\": 1.5, \"y\": -2}, {\"y\": 0.004, \"x\": 3}]",
        "{\"x\":1.5,\"y\":-2}\n{\"x\":3,\"y\":0.004}\n",
        "{\"y\": [-2, 0.004], \"x\": [1.5, 3]}",
        "x = [1.5, 3]\ny = [-2, 0.004]\n",
        "{\"points\": [[1.5, -2], [3, 0.004]]}",
        "POINT (1.5 -2)\nPOINT (3 0.004)",
        "x=1.5, y=-2\ny=0.004, x=3",
        "x: 1.5; y: -2\nx: 3; y: 0.004",
        "x=1.5 y=-2\nx = 3 y = 4e-3",
    ] {
        holds(text, &TWO);
    }
    refused("x=1,y=2\nx=3,z=4", "line 2, column \"y\": a number is missing");
    let long = format!("x=1,\"y\n{}\"=2\nx=3,z=4", "长".repeat(999));
    refused(long, &format!("line 3, column \"y {}…\": a number is missing", "长".repeat(22)));
    refused("x = [1, 2, 3]\ny = [4, 5]", "line 2, column \"y\": 2 numbers, where \"x\" has 3");
    refused("[[1, 2],\n [3, \"four\"]]", "line 2, column 2: 'four' is not a number");
}

/// A table with rows that `fields` makes of i and a number with decimals.
pub fn rows(heading: &str, fields: impl Fn(usize, f64) -> String) -> String {
    let random = |i: usize| f64::from(threefry2x32(key(3), [i as u32, 0])[0]) / 2f64.powi(31) - 1.0;
    let lines = (0..50).map(|i| fields(i, random(i)));
    [heading.to_owned()]
        .into_iter()
        .filter(|line| !line.is_empty())
        .chain(lines)
        .fold(String::new(), |text, line| text + &line + "\n")
}

#[test]
fn points_are_standardised_as_the_toys_are() {
    let standard = table("x y\n10 100\n14 100\n10 106\n14 106\n").standard;
    assert_eq!(standard.mean, [12.0, 103.0]);
    assert!((standard.scale - 6.5f64.sqrt()).abs() < 1e-12, "{}", standard.scale);
    assert_eq!(standard.read, 4);
    assert!((standard.points[0] + 2.0 / 6.5f32.sqrt()).abs() < 1e-6, "{:?}", standard.points);
    // Far from the origin and close together, as coordinates of a map are.
    let far = table("5000000.125 -1\n5000000.375 -1").standard;
    assert_eq!(far.points[0], -far.points[2]);
    assert!((far.points[2] - 2f32.sqrt()).abs() < 1e-6, "{:?}", far.points);
}

/// Whatever its units, a cloud is the same cloud to the network, so its loss is the same; and the way back leads to the units.
#[test]
fn units_change_nothing() {
    let cloud = |scale: f64, [x, y]: [f64; 2]| {
        rows("", |i, v| format!("{:e};{:e}", v * scale + x, (v * v + i as f64 / 50.0) * scale + y))
    };
    let plain = table(cloud(1.0, [0.0, 0.0]));
    for scale in [0.01, 1.0, 73.9] {
        let mean = [500.0, -500.0];
        let moved = table(cloud(scale, mean));
        for (got, expected) in moved.standard.points.iter().zip(&plain.standard.points) {
            assert!((got - expected).abs() < 1e-5, "{scale}: {got} {expected}");
        }
        for (got, plain) in original(&moved).into_iter().zip(original(&plain)) {
            let near = (0..2).all(|c| (got[c] - (plain[c] * scale + mean[c])).abs() < 1e-5 * scale);
            assert!(near, "{scale}: {got:?} of {plain:?}");
        }
    }
}

#[test]
fn one_point_and_equal_points_are_sets_too() {
    for text in ["0.1 0.7", "0.1,0.7\n0.1,0.7\n0.1,0.7"] {
        let standard = table(text).standard;
        assert_eq!((standard.mean, standard.scale), ([0.1, 0.7], 1.0));
        assert!(standard.points.iter().all(|v| *v == 0.0), "{:?}", standard.points);
    }
}

#[test]
fn bad_fields_are_named_by_line_and_column() {
    for (text, words) in [
        ("", "no points"),
        ("\n \n# nothing\n", "no points"),
        ("x,y\n", "no points"),
        ("1,2\n\n3,4\n5,6\n1,1\n2,2\nabc,1", "line 7, column 1: 'abc' is not a number"),
        ("abc,1", "line 1, column 1: 'abc' is not a number"),
        ("NA,1\n2,3\n4,5", "line 1, column 1: 'NA' is not a number"),
        ("x,y\nx,y\n1,2", "line 2, column \"x\": 'x' is not a number"),
        ("1,2\n3", "line 2, column 2: a number is missing"),
        ("a,x,y\n1,2", "line 2, column \"y\": a number is missing"),
        ("1,2\n3,,4", "line 2, column 2: a number is missing"),
        ("1\n2\n3", "line 1, column 2: a number is missing"),
        ("NaN,1", "line 1, column 1: 'NaN' is not a finite number"),
        ("x;y\n1;2\n3;-inf", "line 3, column \"y\": '-inf' is not a finite number"),
        ("1 2\n3 1e400", "line 2, column 2: '1e400' is not a finite number"),
        ("1 2\n3 1e300", "line 2, column 2: 1e300 is too large"),
        ("1 2\nx=3 y=4", "line 2, column 1: 'x=3' is not a number"),
        ("\"one\nline\",x\n1,2\n3,b", "line 4, column \"x\": 'b' is not a number"),
    ] {
        refused(text, words);
    }
    refused(format!("1,2\n3,{}", "长".repeat(10_000)), "…");
    refused(",1".repeat(5000), "line 1: more than 4096 columns");
}

#[test]
fn a_million_points_are_thinned_evenly_and_one_more_is_refused() {
    let mut text: String = (0..MOST_READ).map(|i| format!("{i},0\n")).collect();
    let million = table(&text);
    let standard = &million.standard;
    assert_eq!((standard.read, standard.points.len()), (MOST_READ, 2 * MOST_KEPT));
    for (i, [x, _]) in original(&million).into_iter().enumerate() {
        let expected = (i * MOST_READ / MOST_KEPT) as f64;
        assert!((x - expected).abs() < 0.2, "point {i} is {x}, not {expected}");
    }
    text.push_str("\n5,5\n");
    refused(&text, "line 1000002: more than 1000000 points");
}

/// More names than a table can have columns are not compared with each other, which would take minutes.
#[test]
fn two_hundred_thousand_named_lists_are_no_columns() {
    let text: String = (0..200_000).map(|i| format!("a{i} = [{i}]\n")).collect();
    let refusal = read(text.as_bytes(), &[]).expect_err("one number a row").to_string();
    assert_eq!(refusal, "line 1, column 2: a number is missing");
}

/// Pieces of every notation in any order: points or a sentence, never a panic.
#[test]
fn no_text_panics() {
    let pieces = [
        "1", "-2.5", ",", ";", "\t", " ", "\n", "\r\n", "#", "\"", "x", "y", "e", "长", "NaN", "(",
        "]", "{", ":", "=", "|", "，", "1,234", "\u{2212}", "sep=", "\u{a0}", "\u{feff}", "\0",
        "0,1,2\n",
    ];
    for seed in 0..20_000 {
        let words = (0..16).map(|i| threefry2x32(key(seed), [i, 0])[0] as usize % pieces.len());
        let text: String = words.map(|word| pieces[word]).collect();
        match read(text.as_bytes(), &[]) {
            Ok(table) => assert!(table.standard.points.iter().all(|v| v.is_finite()), "{text:?}"),
            Err(error) => assert!(!error.to_string().contains('\n'), "{text:?}: {error}"),
        }
        let bytes: Vec<u8> = (0..24).map(|i| threefry2x32(key(seed), [i, 1])[0] as u8).collect();
        let _ = read(&bytes, &[]);
    }
}
