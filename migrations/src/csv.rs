//! Reads the embedded data files: commas, quotes around fields that hold a comma, one heading line.

use sea_orm_migration::prelude::DbErr;

/// The rows behind the heading, each with exactly `N` fields.
pub(crate) fn rows<const N: usize>(file: &str, text: &str) -> Result<Vec<[String; N]>, DbErr> {
    text.lines()
        .skip(1)
        .filter(|line| !line.is_empty())
        .map(|line| {
            let fields = fields(line);
            fields.try_into().map_err(|_| DbErr::Custom(format!("{file}: not {N} fields in „{line}”")))
        })
        .collect()
}

fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => {
                if let Some(field) = fields.last_mut() {
                    field.push(other);
                }
            }
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_fields_keep_their_commas() {
        let read = rows::<3>("t.csv", "a,b,c\n1,\"miasto stołeczne, na prawach powiatu\",Warszawa\n").unwrap();
        assert_eq!(read, [["1", "miasto stołeczne, na prawach powiatu", "Warszawa"]]);
    }

    #[test]
    fn a_row_with_a_missing_field_is_refused() {
        assert!(rows::<3>("t.csv", "a,b,c\n1,2\n").is_err());
    }
}
