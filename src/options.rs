//! What a caller may say, written once: Rust has it as a struct, serde reads the same struct from JavaScript, clap from the
//! command line.

use serde::de::value::{Error as NameError, StrDeserializer};
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, IntoDeserializer};

/// Declares a struct of options. In JavaScript a key is the field's name in camelCase, keys left out have their defaults,
/// and others are refused. A field is one of
///
/// ```text
/// name: Type => flag(…) = default,    // also a flag of the command line: … is clap's, the comment is its help
/// name: Type; skip = default,         // unknown to the command line
/// ```
///
/// and without `= default` it begins as nothing: `None`, empty, false, 0.
macro_rules! options {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $(
                $(#[$field_meta:meta])*
                $field:ident: $type:ty
                    $(=> flag($($clap:tt)*) $(= $shown:expr)?)?
                    $(; $skip:ident $(= $hidden:expr)?)?,
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, serde::Deserialize)]
        #[serde(rename_all = "camelCase", default, deny_unknown_fields)]
        #[cfg_attr(not(target_arch = "wasm32"), derive(clap::Args))]
        pub struct $name {
            $(
                $(#[$field_meta])*
                #[cfg_attr(
                    not(target_arch = "wasm32"),
                    arg($($($clap)* $(, default_value_t = $shown)?)? $($skip)?),
                )]
                pub $field: $type,
            )*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $crate::options::options!(@ $($($shown)?)? $($($hidden)?)?),)* }
            }
        }
    };
    (@) => { Default::default() };
    (@ $default:expr) => { $default };
}
pub(crate) use options;

/// The largest number below which a float has every whole number.
const MOST: f64 = 9_007_199_254_740_991.0;

/// A whole number from JavaScript, where all numbers are floats.
///
/// # Errors
/// One that has decimals, is negative or does not fit.
pub(crate) fn whole<'de, N: TryFrom<u64>, D: Deserializer<'de>>(from: D) -> Result<N, D::Error> {
    let value = f64::deserialize(from)?;
    if !((0.0..=MOST).contains(&value) && value.fract() == 0.0) {
        return Err(D::Error::custom(format_args!("a whole number is needed, not {value}")));
    }
    N::try_from(value as u64).map_err(|_| D::Error::custom(format_args!("{value} is too large")))
}

/// As [`whole`], where there may be none.
///
/// # Errors
/// Those of [`whole`].
pub(crate) fn whole_if_any<'de, N: TryFrom<u64>, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<N>, D::Error> {
    match Option::<f64>::deserialize(from)? {
        Some(value) => whole(IntoDeserializer::<D::Error>::into_deserializer(value)).map(Some),
        None => Ok(None),
    }
}

/// A value by the name it has in JSON, in JavaScript and on the command line.
///
/// # Errors
/// The names there are.
pub fn named<T: DeserializeOwned>(name: &str) -> Result<T, NameError> {
    let name: StrDeserializer<'_, NameError> = name.into_deserializer();
    T::deserialize(name)
}
