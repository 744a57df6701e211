//! What a module instantiates.

use super::module::{Item, Module};

impl Module {
    /// The instances in this module: the name without its `u_`, and the module.
    pub(crate) fn instances(&self) -> impl Iterator<Item = (&str, &Module)> {
        self.items.iter().filter_map(|item| match item {
            Item::Instance(instance) => {
                let name = instance.name.strip_prefix("u_").unwrap_or(&instance.name);
                Some((name, &*instance.module))
            }
            _ => None,
        })
    }
}
