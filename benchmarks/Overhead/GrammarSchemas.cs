using System.Collections.Generic;

namespace ModelGen.Overhead.Benchmarks;

/// <summary>JSON schemas as programs have them, for what grammars cost.</summary>
internal static class GrammarSchemas
{
    /// <summary>Schemas by their name.</summary>
    public static readonly IReadOnlyList<(string Name, string Schema)> All =
    [
        ("person", """
            {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0, "maximum": 150},
             "email": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}},
             "address": {"type": "object", "properties": {"street": {"type": "string"}, "city": {"type": "string"},
              "zip": {"type": "string", "pattern": "^[0-9]{5}$"}}, "required": ["street", "city"], "additionalProperties": false}},
             "required": ["name", "age"], "additionalProperties": false}
            """),
        ("order, open to other properties", """
            {"type": "object", "properties": {"id": {"type": "string"}, "total": {"type": "number"},
             "items": {"type": "array", "items": {"$ref": "#/$defs/item"}, "minItems": 1, "maxItems": 20}}, "required": ["id"],
             "$defs": {"item": {"type": "object", "properties": {"sku": {"type": "string", "minLength": 1, "maxLength": 64},
              "quantity": {"type": "integer", "minimum": 1}, "note": {"type": ["string", "null"], "maxLength": 1000}},
              "required": ["sku", "quantity"]}}}
            """),
        ("tree", """
            {"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "properties": {"value": {"type": "number"},
             "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}}, "required": ["value", "children"],
             "additionalProperties": false}}}
            """),
        ("events", """
            {"oneOf": [{"type": "object", "properties": {"kind": {"const": "click"}, "x": {"type": "integer"}, "y": {"type": "integer"}},
              "required": ["kind", "x", "y"], "additionalProperties": false},
             {"type": "object", "properties": {"kind": {"const": "key"}, "code": {"enum": ["enter", "escape", "tab", "space"]},
              "modifiers": {"type": "array", "items": {"enum": ["ctrl", "alt", "shift"]}, "maxItems": 3}},
              "required": ["kind", "code"], "additionalProperties": false}]}
            """),
        ("recipe", """
            {"type": "object", "properties": {"title": {"type": "string", "maxLength": 120},
             "servings": {"type": "integer", "minimum": 1, "maximum": 20}, "difficulty": {"enum": ["easy", "medium", "hard"]},
             "vegan": {"type": "boolean"}, "rating": {"type": "number", "minimum": 0, "maximum": 5},
             "ingredients": {"type": "array", "minItems": 1, "items": {"type": "object", "properties": {"name": {"type": "string"},
              "amount": {"type": "number"}, "unit": {"enum": ["g", "ml", "piece"]}}, "required": ["name", "amount", "unit"],
              "additionalProperties": false}},
             "steps": {"type": "array", "items": {"type": "string"}}, "source": {"type": "string"}, "notes": {"type": ["string", "null"]}},
             "required": ["title", "ingredients", "steps"], "additionalProperties": false}
            """),
        ("any value", "{}"),
    ];
}
