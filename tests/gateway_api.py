"""The fields of the Gateway API v1 that our manifest uses, as strict as its custom resource definitions.

No package that pip installs has those definitions; names, patterns and limits are from the API's reference
(https://gateway-api.sigs.k8s.io/reference/spec/). A field that is not listed here is refused, as a strict API server
would refuse one that it does not know.
"""

from collections.abc import Mapping

Schema = Mapping[str, object]

NAME: Schema = {
    "type": "string",
    "pattern": r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
    "maxLength": 253,
}
HOSTNAME: Schema = {**NAME, "pattern": r"^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"}
PORT: Schema = {"type": "integer", "minimum": 1, "maximum": 65535}
DURATION: Schema = {"type": "string", "pattern": r"^([0-9]{1,5}(h|m|s|ms)){1,4}$"}


def fields(*required: str, **known: Schema) -> Schema:
    """Return the schema of an object that has these fields and no others."""
    return {"type": "object", "additionalProperties": False, "required": required, "properties": known}


def some(item: Schema, most: int) -> Schema:
    return {"type": "array", "items": item, "minItems": 1, "maxItems": most}


def resource(kind: str, spec: Schema) -> Schema:
    metadata = fields("name", name=NAME, namespace=NAME, labels={"type": "object"}, annotations={"type": "object"})
    return fields(
        "apiVersion", "kind", "metadata", "spec",
        apiVersion={"const": "gateway.networking.k8s.io/v1"}, kind={"const": kind}, metadata=metadata, spec=spec,
    )  # fmt: skip


TLS = fields(mode={"enum": ["Terminate", "Passthrough"]}, certificateRefs=some(fields("name", name=NAME), 64))
LISTENER = fields(
    "name", "port", "protocol",
    name=NAME, hostname=HOSTNAME, port=PORT, protocol={"enum": ["HTTP", "HTTPS", "TLS", "TCP", "UDP"]}, tls=TLS,
)  # fmt: skip
PATH = fields(
    type={"enum": ["Exact", "PathPrefix", "RegularExpression"]},
    value={"type": "string", "pattern": "^/", "maxLength": 1024},
)
RULE = fields(
    matches=some(fields(path=PATH), 64),
    timeouts=fields(request=DURATION, backendRequest=DURATION),
    backendRefs=some(fields("name", "port", name=NAME, port=PORT, weight={"type": "integer", "minimum": 0}), 16),
)
RESOURCES: Mapping[str, Schema] = {
    "Gateway": resource(
        "Gateway",
        fields("gatewayClassName", "listeners", gatewayClassName=NAME, listeners=some(LISTENER, 64)),
    ),
    "HTTPRoute": resource(
        "HTTPRoute",
        fields(parentRefs=some(fields("name", name=NAME), 32), hostnames=some(HOSTNAME, 16), rules=some(RULE, 16)),
    ),
}
