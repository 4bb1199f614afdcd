//! Loops in a shader's text, written out before it is compiled. Register tiles need it: SwiftShader keeps arrays in
//! memory, so every register has a name, and the tile's size is a constant.
//!
//! ```text
//! #for p 0..PX        PX is one of the kernel's constants
//! a$p += w * x$(p+1);
//! #end
//! ```

/// A name and its value.
type Named = (&'static str, u32);

/// The text with its loops written out.
pub(super) fn unroll(text: &str, constants: &[Named]) -> String {
    if !text.contains("#for") {
        return text.into();
    }
    let mut out = String::with_capacity(4 * text.len());
    write(&text.lines().collect::<Vec<_>>(), &mut constants.to_vec(), &mut out);
    out
}

fn write<'a>(lines: &[&'a str], names: &mut Vec<(&'a str, u32)>, out: &mut String) {
    let mut at = 0;
    while at < lines.len() {
        if let Some(head) = lines[at].strip_prefix("#for ") {
            let (name, range) = head.split_once(' ').expect("a name");
            let (low, high) = range.split_once("..").expect("a range");
            let body = at + 1..end_of(lines, at);
            for i in value(low, names)..value(high, names) {
                names.push((name, i));
                write(&lines[body.clone()], names, out);
                names.pop();
            }
            at = body.end;
        } else {
            substitute(lines[at], names, out);
            out.push('\n');
        }
        at += 1;
    }
}

/// The line that ends the loop which begins at line `first`.
fn end_of(lines: &[&str], first: usize) -> usize {
    let mut open = 0i32;
    let closes = |line: &&str| {
        open += i32::from(line.starts_with("#for ")) - i32::from(line.starts_with("#end"));
        open == 0
    };
    first + lines[first..].iter().position(closes).expect("an end")
}

/// Writes `$p` and `$(2*p+q)` as numbers.
fn substitute(line: &str, names: &[(&str, u32)], out: &mut String) {
    let mut parts = line.split('$');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (sum, rest) = match part.strip_prefix('(') {
            Some(part) => part.split_once(')').expect("a closing bracket"),
            None => part.split_at(part.find(|c: char| !c.is_alphabetic()).unwrap_or(part.len())),
        };
        out.push_str(&value(sum, names).to_string());
        out.push_str(rest);
    }
}

/// A sum of products of numbers and names.
fn value(sum: &str, names: &[(&str, u32)]) -> u32 {
    let term = |term: &str| {
        let named = names.iter().rev().find(|(name, _)| *name == term).map(|(_, value)| *value);
        named.or_else(|| term.parse().ok()).unwrap_or_else(|| panic!("no name in a shader: {term}"))
    };
    sum.split('+').map(|product| product.split('*').map(|t| term(t.trim())).product::<u32>()).sum()
}

#[cfg(test)]
mod tests {
    use super::unroll;

    #[test]
    fn loops_nest_and_sums_are_worked_out() {
        let text =
            "head\n#for p 0..N\nlet a$p = 0;\n#for k p..2\na$p_$k += x$(p+k+1);\n#end\n#end\ntail";
        let written =
            "head\nlet a0 = 0;\na0_0 += x1;\na0_1 += x2;\nlet a1 = 0;\na1_1 += x3;\ntail\n";
        assert_eq!(unroll(text, &[("N", 2)]), written);
    }

    #[test]
    fn a_loop_over_nothing_leaves_nothing() {
        assert_eq!(unroll("#for p 0..0\n#for q 0..3\na\n#end\n#end\nb", &[]), "b\n");
    }
}
