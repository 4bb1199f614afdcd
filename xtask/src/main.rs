//! The developer's commands: one program instead of a Makefile, so that a clone needs nothing but cargo
//! and node. `cargo xtask help` lists them.

mod arguments;
mod bundle;
mod check;
mod command;
mod declarations;
mod fuzz;
mod golden;
mod imports;
mod layers;
mod serve;
mod setup;
mod stages;
mod test;
mod tools;
mod vulkan;
mod wasm;

use arguments::Arguments;
use command::{Result, run};
use std::process::ExitCode;
use wasm::Profile;

const HELP: &str = "\
cargo xtask serve [--port N] [--no-open]   build the page, serve it on 127.0.0.1 and open it
cargo xtask test [--only STAGE]            install what is missing and run everything
cargo xtask check [--only STAGE]           the quick loop: lints, types, shaders, quick tests
cargo xtask setup [--browsers] [--trunk]   install what is missing and say what
cargo xtask bundle [--dev|--no-wasm] [DIR] the page and its wasm into dist/ (or DIR);
                                           --no-wasm keeps the wasm that lies there
                                           --public-url URL: where it will be published
cargo xtask wasm [--dev] [DIR]             only the wasm package, into www/pkg/ (or DIR)
cargo xtask package                        the npm package, into pkg/ (wasm-pack build --target web)
cargo xtask bench [ARGUMENTS]              measure the engine natively (chailou bench, optimised)
cargo xtask fuzz [TARGET] [--runs N] [--minutes N]
                                           look for input that breaks a loader (cargo-fuzz)
cargo xtask golden                         compute the golden numbers anew (Python with torch, diffusers)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result {
    let Some((name, rest)) = arguments.split_first() else {
        return print_help();
    };
    let mut given = Arguments::new(rest);
    match name.as_str() {
        "serve" => serve(given),
        "test" => {
            let only = given.value("--only")?;
            given.finish()?;
            test::test(only.as_deref())
        }
        "check" => {
            let only = given.value("--only")?;
            given.finish()?;
            check::check(only.as_deref())
        }
        "setup" => set_up(given),
        "bundle" => bundle(given),
        "wasm" => {
            let (dev, dir) = (given.flag("--dev"), given.rest());
            given.finish()?;
            let into = dir.map_or_else(|| command::root().join("www/pkg"), Into::into);
            wasm::build(&into, Profile::from_dev(dev)).map(drop)
        }
        "package" => given.finish().and_then(|()| wasm::package()),
        "bench" => {
            run(command::cargo(["run", "--release", "--bin", "chailou", "--", "bench"]).args(rest))
        }
        "fuzz" => fuzz::fuzz(given),
        "golden" => given.finish().and_then(|()| golden::golden()),
        "help" | "--help" | "-h" => print_help(),
        other => Err(format!("unknown command {other}\n{HELP}")),
    }
}

fn serve(mut given: Arguments) -> Result {
    let (open, port) = (!given.flag("--no-open"), given.value("--port")?);
    given.finish()?;
    let port = match port {
        Some(text) => text.parse().map_err(|_| format!("--port {text}: not a port number"))?,
        None => 8080,
    };
    serve::serve(port, open)
}

fn set_up(mut given: Arguments) -> Result {
    let (browsers, trunk) = (given.flag("--browsers"), given.flag("--trunk"));
    given.finish()?;
    setup::for_building()?;
    if browsers {
        setup::for_testing()?;
    }
    if trunk {
        tools::TRUNK.install()?;
    }
    println!("everything is in place");
    Ok(())
}

fn bundle(mut given: Arguments) -> Result {
    let (dev, no_wasm) = (given.flag("--dev"), given.flag("--no-wasm"));
    let public_url = bundle::public_url(given.value("--public-url")?)?;
    let dir = given.rest();
    given.finish()?;
    let dev = dev || std::env::var("TRUNK_PROFILE").is_ok_and(|name| name == "debug");
    let profile = (!no_wasm).then(|| Profile::from_dev(dev));
    bundle::bundle(&bundle::destination(dir), profile, public_url)
}

fn print_help() -> Result {
    println!("{HELP}");
    Ok(())
}
