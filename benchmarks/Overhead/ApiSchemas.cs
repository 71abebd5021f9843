using System.Collections.Generic;

namespace ModelGen.Overhead.Benchmarks;

/// <summary>JSON schemas of the kinds that APIs ask models for: arguments of tools, records, filters, settings.</summary>
internal static class ApiSchemas
{
    /// <summary>Schemas by their name.</summary>
    public static readonly IReadOnlyList<(string Name, string Schema)> All =
    [
        ("weather tool", """
            {"type": "object", "properties": {"location": {"type": "string", "description": "City and country"},
             "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]}, "days": {"type": "integer", "minimum": 1, "maximum": 14}},
             "required": ["location"], "additionalProperties": false}
            """),
        ("sentiment", """
            {"type": "object", "properties": {"label": {"enum": ["positive", "neutral", "negative"]},
             "confidence": {"type": "number", "minimum": 0, "maximum": 1}, "reason": {"type": "string", "maxLength": 200}},
             "required": ["label", "confidence"]}
            """),
        ("entities", """
            {"type": "array", "maxItems": 50, "items": {"type": "object", "properties": {"text": {"type": "string", "minLength": 1},
             "kind": {"enum": ["person", "place", "organisation", "date", "money", "other"]},
             "start": {"type": "integer", "minimum": 0}, "end": {"type": "integer", "minimum": 0}},
             "required": ["text", "kind"], "additionalProperties": false}}
            """),
        ("calendar event", """
            {"type": "object", "properties": {"title": {"type": "string", "minLength": 1, "maxLength": 100},
             "start": {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2})?Z$"},
             "end": {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2})?Z$"},
             "attendees": {"type": "array", "items": {"type": "string", "pattern": "^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$"}},
             "repeat": {"enum": ["never", "daily", "weekly", "monthly"]}, "all_day": {"type": "boolean"}},
             "required": ["title", "start"], "additionalProperties": false}
            """),
        ("invoice", """
            {"type": "object", "properties": {"number": {"type": "string", "pattern": "^INV-[0-9]{6}$"},
             "currency": {"enum": ["EUR", "USD", "GBP", "JPY", "CHF"]}, "customer": {"$ref": "#/$defs/party"},
             "seller": {"$ref": "#/$defs/party"}, "lines": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/line"}},
             "total": {"type": "number", "minimum": 0}, "paid": {"type": "boolean"}, "notes": {"type": ["string", "null"]}},
             "required": ["number", "currency", "customer", "lines", "total"], "additionalProperties": false,
             "$defs": {"party": {"type": "object", "properties": {"name": {"type": "string"}, "vat": {"type": "string"},
              "country": {"type": "string", "pattern": "^[A-Z]{2}$"}}, "required": ["name"], "additionalProperties": false},
             "line": {"type": "object", "properties": {"description": {"type": "string"},
              "quantity": {"type": "integer", "minimum": 1}, "unit_price": {"type": "number", "exclusiveMinimum": 0},
              "tax": {"enum": [0, 7, 19]}}, "required": ["description", "quantity", "unit_price"], "additionalProperties": false}}}
            """),
        ("filter", """
            {"$ref": "#/$defs/filter", "$defs": {"filter": {"anyOf": [
             {"type": "object", "properties": {"and": {"type": "array", "items": {"$ref": "#/$defs/filter"}, "minItems": 1}},
              "required": ["and"], "additionalProperties": false},
             {"type": "object", "properties": {"or": {"type": "array", "items": {"$ref": "#/$defs/filter"}, "minItems": 1}},
              "required": ["or"], "additionalProperties": false},
             {"type": "object", "properties": {"field": {"enum": ["name", "price", "stock", "created"]},
              "is": {"enum": ["=", "!=", "<", "<=", ">", ">="]}, "value": {"type": ["string", "number", "boolean", "null"]}},
              "required": ["field", "is", "value"], "additionalProperties": false}]}}}
            """),
        ("tools", """
            {"type": "object", "required": ["tool", "arguments"], "oneOf": [
             {"properties": {"tool": {"const": "search"}, "arguments": {"type": "object", "properties": {"query": {"type": "string"},
              "limit": {"type": "integer", "minimum": 1, "maximum": 100}}, "required": ["query"], "additionalProperties": false}}},
             {"properties": {"tool": {"const": "open"}, "arguments": {"type": "object", "properties": {
              "path": {"type": "string", "pattern": "^/"}}, "required": ["path"], "additionalProperties": false}}},
             {"properties": {"tool": {"const": "write"}, "arguments": {"type": "object", "properties": {"path": {"type": "string"},
              "content": {"type": "string"}, "append": {"type": "boolean"}}, "required": ["path", "content"],
              "additionalProperties": false}}},
             {"properties": {"tool": {"const": "run"}, "arguments": {"type": "object", "properties": {"command": {"type": "array",
              "items": {"type": "string"}}, "timeout": {"type": "number"}}, "required": ["command"], "additionalProperties": false}}},
             {"properties": {"tool": {"const": "ask"}, "arguments": {"type": "object", "properties": {"question": {"type": "string"},
              "choices": {"type": "array", "items": {"type": "string"}, "maxItems": 6}}, "required": ["question"],
              "additionalProperties": false}}},
             {"properties": {"tool": {"const": "finish"}, "arguments": {"type": "object", "additionalProperties": false}}}],
             "unevaluatedProperties": false}
            """),
        ("issue, open to other properties", """
            {"type": "object", "properties": {"title": {"type": "string", "maxLength": 256}, "body": {"type": "string"},
             "labels": {"type": "array", "items": {"type": "string"}, "maxItems": 10}, "assignee": {"type": ["string", "null"]},
             "milestone": {"type": ["integer", "null"]}, "state": {"enum": ["open", "closed"]}}, "required": ["title"]}
            """),
        ("settings", """
            {"type": "object", "properties": {"host": {"type": "string"}, "port": {"type": "integer", "minimum": 1, "maximum": 65535},
             "tls": {"type": "boolean"}, "log_level": {"enum": ["trace", "debug", "info", "warn", "error"]},
             "retries": {"type": "integer", "minimum": 0, "maximum": 10}, "timeout_ms": {"type": "integer", "minimum": 0},
             "user": {"type": "string"}, "password": {"type": "string"}, "database": {"type": "string"},
             "pool_min": {"type": "integer"}, "pool_max": {"type": "integer"}, "cache": {"type": "boolean"},
             "cache_size": {"type": "integer"}, "cache_ttl": {"type": "number"}, "region": {"type": "string"},
             "bucket": {"type": "string"}, "prefix": {"type": "string"}, "endpoint": {"type": "string"},
             "proxy": {"type": ["string", "null"]}, "headers": {"type": "object", "additionalProperties": {"type": "string"}},
             "tags": {"type": "array", "items": {"type": "string"}}, "features": {"type": "object",
              "patternProperties": {"^[a-z_]+$": {"type": "boolean"}}, "additionalProperties": false},
             "name": {"type": "string"}, "version": {"type": "string", "pattern": "^\\d+\\.\\d+\\.\\d+$"}},
             "additionalProperties": false}
            """),
        ("user, identifiers", """
            {"type": "object", "properties": {"id": {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
             "handle": {"type": "string", "pattern": "^[a-z][a-z0-9_]{2,29}$"}, "phone": {"type": "string", "pattern": "^\\+[0-9]{7,15}$"},
             "born": {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$"}, "score": {"type": "number", "minimum": -100, "maximum": 100}},
             "required": ["id", "handle"], "additionalProperties": false}
            """),
        ("short code", """
            {"type": "object", "properties": {"code": {"type": "string", "pattern": "^[A-Za-z0-9 ]+$", "maxLength": 40},
             "names": {"type": "array", "items": {"type": "string", "pattern": "^\\p{L}+$"}}}, "required": ["code"],
             "additionalProperties": false}
            """),
        ("plan", """
            {"type": "object", "properties": {"thought": {"type": "string"}, "steps": {"type": "array", "minItems": 1, "maxItems": 12,
             "items": {"type": "object", "properties": {"explanation": {"type": "string"}, "output": {"type": "string"},
              "depends_on": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 12}}},
              "required": ["explanation", "output"], "additionalProperties": false}}, "answer": {"type": "string"}},
             "required": ["steps", "answer"], "additionalProperties": false}
            """),
        ("drawing", """
            {"type": "array", "items": {"oneOf": [
             {"type": "object", "properties": {"shape": {"const": "circle"}, "x": {"type": "number"}, "y": {"type": "number"},
              "r": {"type": "number", "exclusiveMinimum": 0}}, "required": ["shape", "x", "y", "r"]},
             {"type": "object", "properties": {"shape": {"const": "line"}, "from": {"$ref": "#/$defs/point"},
              "to": {"$ref": "#/$defs/point"}}, "required": ["shape", "from", "to"]},
             {"type": "object", "properties": {"shape": {"const": "text"}, "at": {"$ref": "#/$defs/point"},
              "text": {"type": "string"}, "colour": {"type": "string", "pattern": "^#[0-9a-f]{6}$"}},
              "required": ["shape", "at", "text"]}]},
             "$defs": {"point": {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}], "items": false, "minItems": 2}}}
            """),
        ("package", """
            {"type": "object", "properties": {"name": {"type": "string", "pattern": "^[a-z][a-z0-9-]*$", "maxLength": 214},
             "version": {"type": "string"}, "private": {"type": "boolean"},
             "scripts": {"type": "object", "additionalProperties": {"type": "string"}},
             "dependencies": {"$ref": "#/$defs/dependencies"}, "devDependencies": {"$ref": "#/$defs/dependencies"},
             "keywords": {"type": "array", "items": {"type": "string"}, "uniqueItems": false},
             "author": {"anyOf": [{"type": "string"}, {"type": "object", "properties": {"name": {"type": "string"},
              "email": {"type": "string"}}, "required": ["name"]}]}}, "required": ["name", "version"],
             "$defs": {"dependencies": {"type": "object", "additionalProperties": {"type": "string", "pattern": "^[~^]?\\d+(\\.\\d+){0,2}$"}}}}
            """),
    ];
}
