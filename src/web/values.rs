//! Values on their way between JavaScript and Rust: options, records, errors of one sentence.

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::error::Error;

/// A JS `Error` with the sentence of ours.
pub(super) fn js_error(error: Error) -> JsValue {
    js_sys::Error::new(&error.to_string()).into()
}

pub(super) type JsResult<T> = std::result::Result<T, JsValue>;

/// Reads a plain JS object of options; unknown keys and wrong values are named. What is null or undefined is not given.
pub(super) fn options<T: serde::de::DeserializeOwned + Default>(value: JsValue) -> JsResult<T> {
    if value.is_undefined() || value.is_null() {
        return Ok(T::default());
    }
    // serde-wasm-bindgen looks up the fields it wants and never sees any other.
    let mut known: &[&str] = &[];
    let _ = T::deserialize(FieldNames(&mut known));
    let mut read = None;
    let mut parse = |given: JsValue| {
        read = Some(serde_wasm_bindgen::from_value(given).map_err(JsValue::from)?);
        Ok(())
    };
    read_options(value, known, &mut parse)?;
    Ok(read.unwrap_or_default())
}

/// What of [`options`] does not depend on the type: its code is in the wasm once.
fn read_options(
    value: JsValue,
    known: &[&str],
    parse: &mut dyn FnMut(JsValue) -> JsResult<()>,
) -> JsResult<()> {
    known_keys(&value, known)?;
    let wrong = |key: &str, error: JsValue| {
        let reason = js_sys::Error::from(error).message();
        js_error(Error::Input(format!("options: {key}{reason}")))
    };
    let Some(object) = value.dyn_ref::<Object>() else {
        return parse(value).map_err(|error| wrong("", error));
    };
    let given = Object::new();
    for key in known.iter().map(|key| JsValue::from(*key)) {
        let value = Reflect::get(object, &key)?;
        if !(value.is_undefined() || value.is_null()) {
            Reflect::set(&given, &key, &value)?;
        }
    }
    let Err(error) = parse((&given).into()) else { return Ok(()) };
    // Each alone, so that what is wrong with a value is said of its key.
    let fault = Object::entries(&given).iter().find_map(|entry| {
        let alone = Object::from_entries(&js_sys::Array::of1(&entry)).ok()?;
        let fault = parse(alone.into()).err()?;
        let key = Reflect::get_u32(&entry, 0).ok()?.as_string()?;
        Some(wrong(&format!("{key}: "), fault))
    });
    Err(fault.unwrap_or_else(|| wrong("", error)))
}

/// Takes what serde cannot carry out of a copy of the options.
pub(super) fn take(settings: &JsValue, key: &str) -> JsResult<Option<JsValue>> {
    let value = Reflect::get(settings, &key.into()).unwrap_or_default();
    Reflect::delete_property(settings.unchecked_ref::<Object>(), &key.into())?;
    Ok(Some(value).filter(|v| !v.is_undefined() && !v.is_null()))
}

/// Refuses a key that nobody reads.
pub(super) fn known_keys(options: &JsValue, known: &[&str]) -> JsResult<()> {
    let keys = options.dyn_ref::<Object>().map(Object::keys).unwrap_or_default();
    let unknown = keys.iter().filter_map(|key| key.as_string()).find(|k| !known.contains(&&**k));
    unknown.map_or(Ok(()), |key| {
        let message = format!("options: unknown key \"{key}\"; there are {}", known.join(", "));
        Err(js_error(Error::Input(message)))
    })
}

/// A deserializer that reads nothing and notes the names of the fields it is asked for.
struct FieldNames<'a>(&'a mut &'static [&'static str]);

impl<'de> serde::Deserializer<'de> for FieldNames<'_> {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: serde::de::Visitor<'de>>(
        self,
        _: V,
    ) -> std::result::Result<V::Value, Self::Error> {
        Err(serde::de::Error::custom("nothing to read"))
    }

    fn deserialize_struct<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, Self::Error> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Tells a listener of the page (done, total, what). One that throws stops nothing.
pub(super) fn progress(listener: Option<&js_sys::Function>) -> impl FnMut(usize, usize, &str) {
    move |done, total, label| {
        if let Some(callback) = listener {
            let (done, total) = ((done as f64).into(), (total as f64).into());
            let _ = callback.call3(&JsValue::UNDEFINED, &done, &total, &label.into());
        }
    }
}

/// A plain JS object from anything serialisable.
pub(super) fn object(value: &impl serde::Serialize) -> JsResult<JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).map_err(|e| js_sys::Error::new(&e.to_string()).into())
}

/// A plain object; serde would make plain arrays of the typed ones.
pub(super) fn record<const N: usize>(fields: [(&str, JsValue); N]) -> JsResult<Object> {
    let object = Object::new();
    for (key, value) in fields {
        Reflect::set(&object, &key.into(), &value)?;
    }
    Ok(object)
}

/// A whole number from JS, where all numbers are floats.
pub(super) fn whole(what: &str, value: Option<f64>, default: u64) -> JsResult<u64> {
    match value {
        None => Ok(default),
        Some(v) if v >= 0.0 && v.fract() == 0.0 && v <= 9_007_199_254_740_991.0 => Ok(v as u64),
        Some(v) => Err(js_error(Error::Input(format!("{what} must be a whole number, not {v}")))),
    }
}
