//! What Tint refuses and naga lets pass: a workgroup barrier that not every thread reaches.
//!
//! A value varies if threads of one workgroup may see different ones: invocation ids, anything loaded
//! from memory that is written, and all that is computed from them. In a function from which a
//! barrier can be reached, control flow that hangs on such a value must hold no barrier, must not
//! return, and must not leave a loop that has a barrier in it (WGSL, section 15.2, a little stricter).

use naga::{
    AddressSpace, Arena, Binding, Block, BuiltIn, Expression, Function, GlobalVariable, Handle,
    LocalVariable, Module, Statement, StorageAccess,
};
use std::collections::HashSet;

/// The first offence of an entry point, if there is one.
pub fn divergent_barrier(module: &Module, function: &Function) -> Result<(), String> {
    if !reaches_barrier(module, &function.body) {
        return Ok(());
    }
    let mut varying = HashSet::new();
    // Locals assigned under divergent control flow vary too: repeat until nothing new varies.
    loop {
        let before = varying.len();
        let scope = Scope { module, function, varying: &varying };
        let mut found = HashSet::new();
        scope.varying_locals(&function.body, false, &mut found);
        varying.extend(found);
        if varying.len() == before {
            break;
        }
    }
    Scope { module, function, varying: &varying }.check(&function.body, false, false, true)
}

fn reaches_barrier(module: &Module, block: &Block) -> bool {
    block.iter().any(|statement| match statement {
        Statement::ControlBarrier(_) | Statement::WorkGroupUniformLoad { .. } => true,
        Statement::Call { function, .. } => {
            reaches_barrier(module, &module.functions[*function].body)
        }
        other => inner_blocks(other).into_iter().any(|b| reaches_barrier(module, b)),
    })
}

fn inner_blocks(statement: &Statement) -> Vec<&Block> {
    match statement {
        Statement::Block(block) => vec![block],
        Statement::If { accept, reject, .. } => vec![accept, reject],
        Statement::Switch { cases, .. } => cases.iter().map(|case| &case.body).collect(),
        Statement::Loop { body, continuing, .. } => vec![body, continuing],
        _ => vec![],
    }
}

struct Scope<'a> {
    module: &'a Module,
    function: &'a Function,
    varying: &'a HashSet<Handle<LocalVariable>>,
}

impl Scope<'_> {
    fn condition_varies(&self, statement: &Statement) -> bool {
        match statement {
            Statement::If { condition, .. } => self.varies(*condition),
            Statement::Switch { selector, .. } => self.varies(*selector),
            Statement::Loop { break_if, .. } => break_if.is_some_and(|e| self.varies(e)),
            _ => false,
        }
    }

    fn varying_locals(
        &self,
        block: &Block,
        divergent: bool,
        found: &mut HashSet<Handle<LocalVariable>>,
    ) {
        for statement in block.iter() {
            if let Statement::Store { pointer, value } = statement
                && (divergent || self.varies(*value))
                && let Some(local) = root(&self.function.expressions, *pointer)
            {
                found.insert(local);
            }
            let divergent = divergent || self.condition_varies(statement);
            for inner in inner_blocks(statement) {
                self.varying_locals(inner, divergent, found);
            }
        }
    }

    /// `last`: nothing comes after the block, so that a return in it skips nothing (naga writes one at the
    /// end of either branch of a function's last `if`).
    fn check(
        &self,
        block: &Block,
        divergent: bool,
        in_barrier_loop: bool,
        last: bool,
    ) -> Result<(), String> {
        let end = block.iter().rposition(|s| !matches!(s, Statement::Return { .. }));
        for (at, statement) in block.iter().enumerate() {
            let last = last && end.is_none_or(|end| at >= end);
            let offence = match statement {
                Statement::Return { .. } if !last => "returns",
                Statement::ControlBarrier(_) | Statement::WorkGroupUniformLoad { .. } => "waits",
                Statement::Call { function, .. }
                    if reaches_barrier(self.module, &self.module.functions[*function].body) =>
                {
                    "calls a function that waits"
                }
                Statement::Break | Statement::Continue if in_barrier_loop => "leaves a loop",
                _ => "",
            };
            if divergent && !offence.is_empty() {
                return Err(format!("{offence} where only some threads of a workgroup come by"));
            }
            let divergent = divergent || self.condition_varies(statement);
            let in_barrier_loop = match statement {
                Statement::Loop { body, .. } => reaches_barrier(self.module, body),
                Statement::Switch { .. } => false, // `break` leaves the switch
                _ => in_barrier_loop,
            };
            let last = last && !matches!(statement, Statement::Loop { .. });
            for inner in inner_blocks(statement) {
                self.check(inner, divergent, in_barrier_loop, last)?;
            }
        }
        Ok(())
    }

    fn varies(&self, expression: Handle<Expression>) -> bool {
        use Expression as E;
        let any = |all: &[Handle<Expression>]| all.iter().any(|&e| self.varies(e));
        match &self.function.expressions[expression] {
            E::Literal(_) | E::Constant(_) | E::Override(_) | E::ZeroValue(_) => false,
            E::ArrayLength(_) | E::GlobalVariable(_) | E::LocalVariable(_) => false,
            E::FunctionArgument(i) => {
                let binding = &self.function.arguments[*i as usize].binding;
                !matches!(
                    binding,
                    Some(Binding::BuiltIn(
                        BuiltIn::WorkGroupId | BuiltIn::NumWorkGroups | BuiltIn::WorkGroupSize
                    ))
                )
            }
            E::Compose { components, .. } => any(components),
            E::Access { base, index } => any(&[*base, *index]),
            E::AccessIndex { base, .. } => self.varies(*base),
            E::Splat { value, .. } => self.varies(*value),
            E::Swizzle { vector, .. } => self.varies(*vector),
            E::Unary { expr, .. } | E::As { expr, .. } => self.varies(*expr),
            E::Binary { left, right, .. } => any(&[*left, *right]),
            E::Select { condition, accept, reject } => any(&[*condition, *accept, *reject]),
            E::Relational { argument, .. } => self.varies(*argument),
            E::Math { arg, arg1, arg2, arg3, .. } => {
                [Some(*arg), *arg1, *arg2, *arg3].into_iter().flatten().any(|e| self.varies(e))
            }
            E::Load { pointer } => self.varies(*pointer) || self.memory_varies(*pointer),
            E::CallResult(_) => self.result_varies(&self.function.body, expression).unwrap_or(true),
            // Whatever else there is: assumed to vary.
            _ => true,
        }
    }

    /// A function's result varies if an argument does, or if it reads what varies.
    fn result_varies(&self, block: &Block, result: Handle<Expression>) -> Option<bool> {
        block.iter().find_map(|statement| match statement {
            Statement::Call { function, arguments, result: Some(of) } if *of == result => {
                let varies = arguments.iter().any(|&argument| self.varies(argument));
                Some(varies || reads_what_varies(self.module, &self.module.functions[*function]))
            }
            other => inner_blocks(other).into_iter().find_map(|b| self.result_varies(b, result)),
        })
    }

    fn memory_varies(&self, pointer: Handle<Expression>) -> bool {
        let expressions = &self.function.expressions;
        match &expressions[pointer] {
            Expression::Access { base, .. } | Expression::AccessIndex { base, .. } => {
                self.memory_varies(*base)
            }
            Expression::LocalVariable(local) => self.varying.contains(local),
            Expression::GlobalVariable(global) => global_varies(self.module, *global),
            _ => true,
        }
    }
}

fn global_varies(module: &Module, global: Handle<GlobalVariable>) -> bool {
    match module.global_variables[global].space {
        AddressSpace::Uniform => false,
        AddressSpace::Storage { access } => access.contains(StorageAccess::STORE),
        _ => true,
    }
}

/// Whether a function, or one that it calls, touches memory that varies.
fn reads_what_varies(module: &Module, function: &Function) -> bool {
    function.expressions.iter().any(|(_, expression)| match expression {
        Expression::GlobalVariable(global) => global_varies(module, *global),
        Expression::CallResult(callee) => reads_what_varies(module, &module.functions[*callee]),
        _ => false,
    })
}

fn root(
    expressions: &Arena<Expression>,
    pointer: Handle<Expression>,
) -> Option<Handle<LocalVariable>> {
    match &expressions[pointer] {
        Expression::Access { base, .. } | Expression::AccessIndex { base, .. } => {
            root(expressions, *base)
        }
        Expression::LocalVariable(local) => Some(*local),
        _ => None,
    }
}
