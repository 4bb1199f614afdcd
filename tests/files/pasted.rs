//! Pasted points: every notation a spreadsheet or a script may write, and sentences about the rest.

use chailou::data::csv::{MOST_KEPT, MOST_READ, Pasted, parse};
use chailou::diffusion::{key, threefry2x32};

#[track_caller]
fn read(text: &str) -> Pasted {
    parse(text).unwrap_or_else(|e| panic!("{text:?}: {e}"))
}

/// The points as they stood in the text.
fn original(pasted: &Pasted) -> Vec<[f64; 2]> {
    let back = |p: &[f32]| [0, 1].map(|c| f64::from(p[c]) * pasted.scale + pasted.mean[c]);
    pasted.points.chunks_exact(2).map(back).collect()
}

#[track_caller]
fn holds(text: &str, expected: &[[f64; 2]]) {
    let got = original(&read(text));
    assert_eq!(got.len(), expected.len(), "{text:?}");
    for (i, (got, expected)) in got.iter().zip(expected).enumerate() {
        let near = (0..2).all(|c| (got[c] - expected[c]).abs() <= 1e-6 * (1.0 + expected[c].abs()));
        assert!(near, "{text:?}, point {i}: got {got:?}, expected {expected:?}");
    }
}

#[test]
fn every_usual_notation_is_read() {
    let two = [[1.5, -2.0], [3.0, 4e-3]];
    for text in [
        "1.5,-2\n3,4e-3",
        "1.5, -2\r\n3, 4e-3\r\n",
        "1.5;-2\n3;4e-3\n\n",
        "1,5;-2\n3;0,004",
        "1.5\t-2\n3\t4e-3",
        "1,5\t-2,0\n3\t0,004",
        "  1.5   -2 \n 3 0.004",
        "1.5,\u{2212}2\n3,4E-3",
        "\u{feff}x,y\n1.5,-2\n3,4e-3",
        "# two points\n\nlongitude latitude\n1.5 -2\n# between\n3 +.004",
        "\"1.5\",\"-2\"\n'3','4e-3'",
        "1.5,-2,\n3,4e-3,\n",
        "1.5,-2,red\n3,4e-3,blue",
        ",Y,name,X\n0,-2,a,1.5\n1,4e-3,b,3\n",
    ] {
        holds(text, &two);
    }
}

#[test]
fn points_are_standardised_as_the_toys_are() {
    let pasted = read("x y\n10 100\n14 100\n10 106\n14 106\n");
    assert_eq!(pasted.mean, [12.0, 103.0]);
    assert!((pasted.scale - 6.5f64.sqrt()).abs() < 1e-12, "{}", pasted.scale);
    assert_eq!((pasted.read, pasted.columns), (4, 2));
    assert!((pasted.points[0] + 2.0 / 6.5f32.sqrt()).abs() < 1e-6, "{:?}", pasted.points);
    // Far from the origin and close together, as coordinates of a map are.
    let far = read("5000000.125 -1\n5000000.375 -1");
    assert_eq!(far.points[0], -far.points[2]);
    assert!((far.points[2] - 2f32.sqrt()).abs() < 1e-6, "{:?}", far.points);
}

#[test]
fn one_point_and_equal_points_are_sets_too() {
    for text in ["0.1 0.7", "0.1,0.7\n0.1,0.7\n0.1,0.7"] {
        let pasted = read(text);
        assert_eq!((pasted.mean, pasted.scale), ([0.1, 0.7], 1.0));
        assert!(pasted.points.iter().all(|v| *v == 0.0), "{:?}", pasted.points);
    }
}

#[test]
fn bad_lines_are_named_by_their_number() {
    for (text, words) in [
        ("", "no points"),
        ("\n \n# nothing\n", "no points"),
        ("x,y\n", "no points"),
        ("1,2\n\n3,4\n5,6\n1,1\n2,2\nabc,1", "line 7: 'abc' is not a number"),
        ("abc,1", "line 1: 'abc' is not a number"),
        ("x,y\nx,y\n1,2", "line 2: 'x' is not a number"),
        ("1,2\n3", "line 2: 2 numbers are needed, 1 found"),
        ("a,x,y\n1,2", "line 2: 3 numbers are needed, 2 found"),
        ("1,2\n3,,4", "line 2: a number is missing"),
        ("NaN,1", "line 1: 'NaN' is not a finite number"),
        ("1 2\n3 -inf", "line 2: '-inf' is not a finite number"),
        ("1 2\n3 1e400", "line 2: '1e400' is not a finite number"),
        ("1 2\n3 1e300", "line 2: 1e300 is too large"),
        ("1,5 2,5", "line 1: '5 2' is not a number"),
        ("1 2\nx=3 y=4", "line 2: 'x=3' is not a number"),
    ] {
        let error = parse(text).err().unwrap_or_else(|| panic!("{text:?} is read")).to_string();
        assert!(error.contains(words) && !error.contains('\n'), "{text:?}: {error}");
    }
    let long = format!("1,2\n3,{}", "长".repeat(10_000));
    let error = parse(&long).err().expect("refused").to_string();
    assert!(error.contains("…") && error.len() < 200, "{error}");
}

#[test]
fn a_million_points_are_thinned_evenly_and_one_more_is_refused() {
    let mut text: String = (0..MOST_READ).map(|i| format!("{i},0\n")).collect();
    let pasted = read(&text);
    assert_eq!((pasted.read, pasted.points.len()), (MOST_READ, 2 * MOST_KEPT));
    for (i, [x, _]) in original(&pasted).into_iter().enumerate() {
        let expected = (i * MOST_READ / MOST_KEPT) as f64;
        assert!((x - expected).abs() < 0.2, "point {i} is {x}, not {expected}");
    }
    text.push_str("\n5,5\n");
    let error = parse(&text).err().expect("refused").to_string();
    assert!(error.contains("line 1000002") && error.contains("1000000 points"), "{error}");
}

/// Pieces of every notation in any order: points or a sentence, never a panic.
#[test]
fn no_text_panics() {
    let pieces = [
        "1", "-2.5", ",", ";", "\t", " ", "\n", "\r\n", "#", "\"", "x", "y", "e", "长", "NaN",
        "\u{2212}",
    ];
    for seed in 0..3_000 {
        let words = (0..12).map(|i| threefry2x32(key(seed), [i, 0])[0] as usize % pieces.len());
        let text: String = words.map(|word| pieces[word]).collect();
        match parse(&text) {
            Ok(pasted) => assert!(pasted.points.iter().all(|v| v.is_finite()), "{text:?}"),
            Err(error) => assert!(!error.to_string().contains('\n'), "{text:?}: {error}"),
        }
    }
}
