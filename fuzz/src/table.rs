//! Pasted points and tables: read in the same way whatever the encoding, and with any two columns that there are.

use chailou::data::table::{MOST_KEPT, Table, Wanted, read};

use super::{is_sentence, sentence};

/// See the [module documentation](self).
pub fn table(data: &[u8]) {
    let Some(table) = sentence(read(data, &[])) else { return };
    holds_points(&table);
    let count = table.columns.len();
    let wanted = [data.len() % count, data.len() / count % count].map(Wanted::Place);
    if let Some(table) = sentence(read(data, &wanted)) {
        assert_eq!(table.chosen.map(Wanted::Place), wanted);
        holds_points(&table);
    }
    let text = String::from_utf8(data.to_vec()).ok().filter(|text| !text.contains('\0'));
    if let Some(text) = text {
        let units = ['\u{feff}'].into_iter().chain(text.trim_start_matches('\u{feff}').chars());
        let units = units.flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec());
        let wide: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
        let again = read(&wide, &[]).expect("what is read as UTF-8 is read as UTF-16");
        assert_eq!(again.standard, table.standard, "other points in UTF-16");
    }
}

fn holds_points(table: &Table) {
    let (points, count) = (&table.standard.points, table.standard.read);
    assert_eq!(points.len(), 2 * count.min(MOST_KEPT));
    assert!(points.iter().all(|v| v.is_finite()), "a point that is no number");
    assert!(table.standard.scale.is_finite() && table.standard.scale > 0.0, "no scale");
    assert!(table.chosen.iter().all(|&place| place < table.columns.len()));
    table.notes().iter().for_each(|note| is_sentence(note));
}
