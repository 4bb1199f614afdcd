//! Which columns of a table are its points, as found and as wanted, and what is told of the others.

use super::tables::{rows, table};
use chailou::data::table::{ColumnKind, FirstLine, Heading, Table, Wanted, read, read_from};

fn chosen(table: &Table) -> [&str; 2] {
    table.chosen.map(|place| &*table.columns[place].name)
}

#[test]
fn columns_that_are_no_coordinates_are_left_out_and_told() {
    use ColumnKind::{Index, Label, Number, Text};
    let plain = |i: usize, v: f64| format!("{},{v:.4},{:.4}", i % 2, v * v);
    for (text, heading, names, kinds) in [
        (rows("y,x1,x2", plain), Heading::Line, ["x1", "x2"], vec![Label, Number, Number]),
        (rows("class,a,b", plain), Heading::Line, ["a", "b"], vec![Label, Number, Number]),
        (rows("n,a,b", plain), Heading::Line, ["a", "b"], vec![Label, Number, Number]),
        (
            rows("0,1,label", |i, v| format!("{v},{},{}", v * v, i % 2)),
            Heading::Line,
            ["0", "1"],
            vec![Number, Number, Label],
        ),
        (
            rows("0,1", |_, v| format!("{v},{}", v * v)),
            Heading::Numbers,
            ["0", "1"],
            vec![Number, Number],
        ),
        (
            rows(",0,1", |i, v| format!("{i},{v},{}", i * i)),
            Heading::Numbers,
            ["0", "1"],
            vec![Index, Number, Number],
        ),
        (
            rows(",chunkLabel,old label,1,2", |i, v| format!("{i},0.0,{i}.0,{v:.4},{:.4}", v * v)),
            Heading::Line,
            ["1", "2"],
            vec![Index, Label, Index, Number, Number],
        ),
        (
            rows(",spend,satisfaction,outcome", |i, v| format!("{i},{v},{},{}", v * v, i % 2)),
            Heading::Line,
            ["spend", "satisfaction"],
            vec![Index, Number, Number, Label],
        ),
        // R's write.table: names of rows, and no place for them in the heading.
        (
            rows("\"x\" \"y\"", |i, v| format!("\"{}\" {v} {}", i + 1, v * v)),
            Heading::Line,
            ["x", "y"],
            vec![Index, Number, Number],
        ),
        (
            rows("\"length\",\"width\"", |i, v| format!("\"leaf {i}\",{v},{}", v * v)),
            Heading::Line,
            ["length", "width"],
            vec![Text, Number, Number],
        ),
        (
            rows("# class x1 x2", |i, v| format!("{} {v} {}", i % 2, v * v)),
            Heading::Comment,
            ["x1", "x2"],
            vec![Label, Number, Number],
        ),
        (
            rows("lat,lon,name", |i, v| format!("{v},{},city {i}", v * v)),
            Heading::Line,
            ["lon", "lat"],
            vec![Number, Number, Text],
        ),
        (rows("", |i, v| format!("{v};{i}")), Heading::None, ["", ""], vec![Number, Number]),
        (rows("t,v", |i, v| format!("{i},{v}")), Heading::Line, ["t", "v"], vec![Number, Number]),
        (rows("id,v", |i, v| format!("{i},{v}")), Heading::Line, ["id", "v"], vec![Index, Number]),
    ] {
        let table = table(&text);
        let start = text.lines().next().unwrap_or_default();
        assert_eq!((table.heading, table.standard.read), (heading, 50), "{start}");
        assert_eq!(chosen(&table), names, "{start}");
        let told: Vec<ColumnKind> = table.columns.iter().map(|column| column.kind).collect();
        assert_eq!(told, kinds, "{start}");
    }
}

/// A first line that may be a point is one.
#[test]
fn numbers_are_a_heading_only_where_they_are_unlike_the_points() {
    for text in [
        rows("0,1", |i, v| format!("{i},{v}")),
        rows("1,0", |_, v| format!("{v},{}", v * v)),
        rows("0.5,1.5", |_, v| format!("{v},{}", v * v)),
        rows("5,6", |_, v| format!("{v},{}", v * v)),
    ] {
        let table = table(&text);
        assert_eq!((table.heading, table.standard.read), (Heading::None, 51), "{text:.20}");
    }
}

#[test]
fn a_first_line_that_looks_like_headings_is_a_point_where_that_is_said() {
    let text = "1,2\n0.5,1.5\n0.25,2.5\n0.75,3.5";
    assert_eq!((table(text).heading, table(text).standard.read), (Heading::Numbers, 3));
    let told = read_from(FirstLine::Point, text.as_bytes(), &[]).unwrap();
    assert_eq!((told.heading, told.standard.read), (Heading::None, 4));
    // What is no number cannot be a point.
    let words = read_from(FirstLine::Point, b"x,y\n1,2\n3,4", &[]).unwrap_err().to_string();
    assert!(words.contains("line 1") && words.contains("'x' is not a number"), "{words}");
}

#[test]
fn other_columns_are_taken_when_they_are_wanted() {
    let text = "n,left,right,up\n0,1.5,2,3\n1,3,4,5\n0,2,2.5,1";
    let name = |name: &str| Wanted::Name(name.into());
    for (wanted, places) in [
        ([name("right"), name("UP")], [2, 3]),
        ([name("4"), name("2")], [3, 1]),
        ([Wanted::Place(0), Wanted::Place(3)], [0, 3]),
    ] {
        assert_eq!(read(text.as_bytes(), &wanted).unwrap().chosen, places, "{wanted:?}");
    }
    // Headings that are numbers come before counting.
    let counted = read(b"a,1,2\n0,1.5,2\n1,3,4", &[name("1"), name("2")]).unwrap();
    assert_eq!(counted.chosen, [1, 2]);
    for (wanted, words) in [
        (vec![name("down"), name("up")], "no column \"down\"; there are 4: \"n\", \"left\""),
        (vec![name("left"), name("5")], "no column \"5\""),
        (vec![name("left"), Wanted::Place(4)], "no column \"5\""),
        (vec![name("left")], "two columns are wanted, not 1"),
        (vec![name("up"), name("4")], "\"up\" cannot be both x and y"),
    ] {
        let error = read(text.as_bytes(), &wanted).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}
