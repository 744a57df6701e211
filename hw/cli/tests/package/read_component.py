"""What IP-XACT libraries find in a component, as JSON.

One library is generated from the schema of IEEE 1685-2014. It warns of values that the schema does not allow, leaves out
elements that it does not have, and writes in its order, with defaults: a component keeps to the schema where nothing is
lost or moved.
"""

import io
import json
import sys
from xml.etree import ElementTree

from ipyxact import ipxact2014
from ipyxact.ipyxact import Component

NAMES = {"ipxact": "http://www.accellera.org/XMLSchema/IPXACT/1685-2014"}

source = sys.argv[1]
tree = ElementTree.parse(source).getroot()
written = io.StringIO()
ipxact2014.parse(source, silence=True).export(written, 0, name_="component")


def elements(root) -> list:
    """Every element in order, with its text."""
    return [(element.tag, (element.text or "").strip()) for element in root.iter()]


def port_maps(bus) -> dict:
    """Physical ports by logical ones."""
    ends = [f"ipxact:{kind}Port/ipxact:name" for kind in ("logical", "physical")]
    maps = bus.iterfind(".//ipxact:portMap", NAMES)
    return dict([port_map.findtext(end, namespaces=NAMES) for end in ends] for port_map in maps)


in_order_of_the_schema = iter(elements(ElementTree.fromstring(written.getvalue())))
component = Component()
component.load(source)
block = component.memoryMaps.memoryMap[0].addressBlock[0]
json.dump(
    {
        "keeps_to_the_schema": all(element in in_order_of_the_schema for element in elements(tree)),
        "vlnv": [component.vendor, component.library, component.name, component.version],
        "types": [bus.busType.name for bus in component.busInterfaces.busInterface],
        "buses": [port_maps(bus) for bus in tree.iterfind(".//ipxact:busInterface", NAMES)],
        "registers": [register.name for register in block.register],
        "ports": [port.name for port in component.model.ports.port],
        "files": [file.name for file in component.fileSets.fileSet[0].file],
    },
    sys.stdout,
)
