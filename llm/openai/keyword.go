package openai

// keyword says what becomes of a keyword of JSON schema in a strict schema.
type keyword int

const (
	lost    keyword = iota // left out with a warning, as are all that are not listed
	kept                   // part of what OpenAI calls strict
	told                   // put in words into the description
	silent                 // left out: it says nothing about values
	refused                // the schema cannot be strict
)

// keywords are those of JSON schema draft 2020-12, some of draft 7 among them. Strict keeps what all generations of
// OpenAI's and Azure's documentation of structured outputs list as supported; bounds of numbers, patterns and formats,
// which newer models of OpenAI understand and Azure refuses, are told. The caller checks them anyway.
var keywords = map[string]keyword{
	"type": kept, "properties": kept, "required": kept, "additionalProperties": kept, "items": kept, "anyOf": kept,
	"enum": kept, "const": kept, "$ref": kept, "$defs": kept, "description": kept, "title": kept,

	"minLength": told, "maxLength": told, "pattern": told, "format": told, "default": told, "examples": told,
	"minimum": told, "maximum": told, "exclusiveMinimum": told, "exclusiveMaximum": told, "multipleOf": told,
	"minItems": told, "maxItems": told, "uniqueItems": told, "minProperties": told, "maxProperties": told,
	"contentEncoding": told, "contentMediaType": told,

	"$schema": silent, "$id": silent, "$comment": silent, "readOnly": silent, "writeOnly": silent, "deprecated": silent,

	"patternProperties": refused, "prefixItems": refused, "additionalItems": refused,
	"$anchor": refused, "$dynamicRef": refused, "$dynamicAnchor": refused, "$recursiveRef": refused,
}
