//! XML as a tree.

use quick_xml::Writer;
use quick_xml::events::BytesText;
use std::io;

/// An element with attributes, and text or elements inside.
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: Option<String>,
    children: Vec<Element>,
}

/// An element of that name.
pub(super) fn element(name: &'static str) -> Element {
    Element { name, attributes: vec![], text: None, children: vec![] }
}

/// An element around a text.
pub(super) fn text(name: &'static str, text: impl ToString) -> Element {
    Element { text: Some(text.to_string()), ..element(name) }
}

impl Element {
    /// With an attribute.
    pub(super) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.attributes.push((name, value.to_string()));
        self
    }

    /// With elements inside.
    pub(super) fn around(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children);
        self
    }

    /// The document whose root this is, after a comment where there is one.
    pub(super) fn document(&self, comment: Option<&str>) -> String {
        let mut writer = Writer::new_with_indent(vec![], b' ', 2);
        self.write(&mut writer).expect("memory takes everything");
        let body = String::from_utf8(writer.into_inner()).expect("made of strings");
        let comment = comment.map(|text| format!("<!-- {text} -->\n")).unwrap_or_default();
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{comment}{body}\n")
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let attributes = self.attributes.iter().map(|(name, value)| (*name, value.as_str()));
        let start = writer.create_element(self.name).with_attributes(attributes);
        match &self.text {
            Some(text) => start.write_text_content(BytesText::new(text))?,
            None if self.children.is_empty() => start.write_empty()?,
            None => start.write_inner_content(|inner| self.children.iter().try_for_each(|child| child.write(inner)))?,
        };
        Ok(())
    }
}
