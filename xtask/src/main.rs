//! The developer's commands: one program instead of a Makefile, so that a clone needs nothing but cargo
//! and node. `cargo xtask help` lists them.

mod bundle;
mod check;
mod command;
mod declarations;
mod golden;
mod serve;
mod setup;
mod stages;
mod test;
mod tools;
mod vulkan;
mod wasm;

use command::{Result, run};
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask serve [--port N] [--no-open]   build the page, serve it on 127.0.0.1 and open it
cargo xtask test [--only STAGE]            install what is missing and run everything
cargo xtask check [--only STAGE]           the quick loop: lints, types, shaders, quick tests
cargo xtask setup [--browsers] [--trunk]   install what is missing and say what
cargo xtask bundle [--dev|--no-wasm] [DIR] the page and its wasm into dist/ (or DIR);
                                           --no-wasm keeps the wasm that lies there
cargo xtask wasm [--dev] [DIR]             only the wasm package, into www/pkg/ (or DIR)
cargo xtask package                        the npm package, into pkg/ (wasm-pack build --target web)
cargo xtask bench [ARGUMENTS]              measure the engine natively (chailou bench, optimised)
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
    match name.as_str() {
        "serve" => {
            let mut given = Arguments::new(rest);
            let (open, port) = (!given.flag("--no-open"), given.value("--port")?);
            given.finish()?;
            let port = match port {
                Some(text) => {
                    text.parse().map_err(|_| format!("--port {text}: not a port number"))?
                }
                None => 8080,
            };
            serve::serve(port, open)
        }
        "test" => {
            let mut given = Arguments::new(rest);
            let only = given.value("--only")?;
            given.finish()?;
            test::test(only.as_deref())
        }
        "check" => {
            let mut given = Arguments::new(rest);
            let only = given.value("--only")?;
            given.finish()?;
            check::check(only.as_deref())
        }
        "setup" => {
            let mut given = Arguments::new(rest);
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
        "bundle" => {
            let mut given = Arguments::new(rest);
            let (dev, no_wasm) = (given.flag("--dev"), given.flag("--no-wasm"));
            let dir = given.rest();
            given.finish()?;
            let dev = dev || std::env::var("TRUNK_PROFILE").is_ok_and(|name| name == "debug");
            let profile = (!no_wasm).then(|| wasm::Profile::from_dev(dev));
            bundle::bundle(&bundle::destination(dir), profile)
        }
        "wasm" => {
            let mut given = Arguments::new(rest);
            let (dev, dir) = (given.flag("--dev"), given.rest());
            given.finish()?;
            let into = dir.map_or_else(|| command::root().join("www/pkg"), Into::into);
            wasm::build(&into, wasm::Profile::from_dev(dev)).map(drop)
        }
        "package" => Arguments::new(rest).finish().and_then(|()| wasm::package()),
        "bench" => {
            run(command::cargo(["run", "--release", "--bin", "chailou", "--", "bench"]).args(rest))
        }
        "golden" => Arguments::new(rest).finish().and_then(|()| golden::golden()),
        "help" | "--help" | "-h" => print_help(),
        other => Err(format!("unknown command {other}\n{HELP}")),
    }
}

fn print_help() -> Result {
    println!("{HELP}");
    Ok(())
}

/// The words after the command's name; what `finish` still finds was not understood.
struct Arguments(Vec<String>);

impl Arguments {
    fn new(words: &[String]) -> Self {
        Self(words.to_vec())
    }

    fn flag(&mut self, name: &str) -> bool {
        let found = self.0.iter().position(|word| word == name);
        found.map(|i| self.0.remove(i)).is_some()
    }

    fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(i) = self.0.iter().position(|word| word == name) else {
            return Ok(None);
        };
        if i + 1 == self.0.len() {
            return Err(format!("{name} needs a value"));
        }
        self.0.remove(i);
        Ok(Some(self.0.remove(i)))
    }

    /// The first word that is not an option.
    fn rest(&mut self) -> Option<String> {
        let found = self.0.iter().position(|word| !word.starts_with('-'));
        found.map(|i| self.0.remove(i))
    }

    fn finish(self) -> Result {
        match self.0.first() {
            None => Ok(()),
            Some(word) => Err(format!("{word} was not understood\n{HELP}")),
        }
    }
}
