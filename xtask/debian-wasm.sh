#!/usr/bin/env bash
# A wasm toolchain for machines whose rustup cannot download one (offline mirrors, locked-down CI):
# Debian's own compiler (rustc-web) linked into rustup as `debian-wasm`, with a standard library
# built once from Debian's source package. Takes about two minutes the first time; `cargo xtask
# setup` runs it only when `rustup target add wasm32-unknown-unknown` has failed.
set -euo pipefail

TARGET=wasm32-unknown-unknown
sudo=; [ "$(id -u)" = 0 ] || sudo=sudo

$sudo apt-get update -q
$sudo apt-get install -y -q --no-install-recommends rustc-web cargo-web rust-web-src lld-22

lib=/usr/lib/rustlib
host=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
$sudo mkdir -p "$lib/$host/bin" "$lib/$TARGET/lib"
$sudo ln -sf "$(command -v wasm-ld-22)" "$lib/$host/bin/rust-lld"   # where rustc looks for its linker
rustup toolchain link debian-wasm /usr

# std, and `test`, which `wasm-pack test` needs; the rlibs stay in the toolchain's sysroot.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"
printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2024"\n' >"$work/Cargo.toml"
: >"$work/src/lib.rs"
(cd "$work" && RUSTC_BOOTSTRAP=1 RUSTUP_TOOLCHAIN=debian-wasm CARGO_TARGET_DIR="$work/target" \
  cargo build --release --target $TARGET -Zbuild-std=std,panic_abort,panic_unwind,test,proc_macro)
rm -f "$work"/target/$TARGET/release/deps/libempty*
$sudo cp "$work"/target/$TARGET/release/deps/lib*.rlib "$lib/$TARGET/lib/"
