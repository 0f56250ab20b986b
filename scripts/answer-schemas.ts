import { writeFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { programMethods } from '../src-main/features/api/common/methods.ts'
import type { JsonObject, JsonValue } from '../src-main/core/values/json.ts'

/** For whoever describes the API. */
export const ANSWER_FILE = 'src-main/features/api/common/answers.generated.json'

/** Where the name of a type stands for it; whoever puts the schemas into a document says where they lie there. */
const REFERENCE = '#/$defs/'
/** Numbers travel as `encodeWire` writes them. */
const NUMBER = 'Number'
const wireNumber: JsonObject = {
  anyOf: [
    { type: 'number' },
    {
      type: 'object',
      required: ['$number'],
      properties: { $number: { enum: ['NaN', 'Infinity', '-Infinity'] } },
    },
  ],
}

interface Schemas {
  readonly answers: JsonObject
  readonly definitions: JsonObject
}

/** The JSON Schemas (draft 2020-12) of all answers to programs, derived from the types of the methods. */
function answerSchemas(): Schemas {
  const { checker, answers } = answersOfContract()
  return new Writer(checker, answers).write()
}

/** The type of all answers, with whoever knows it. */
function answersOfContract(): { readonly checker: ts.TypeChecker; readonly answers: ts.Type } {
  const root = path.resolve(import.meta.dirname, '..')
  const file = path.join(root, 'src-main/features/api/common/methods.ts')
  const read = ts.readConfigFile(path.join(root, 'tsconfig.pure.json'), file =>
    ts.sys.readFile(file),
  )
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, root)
  const program = ts.createProgram([file], { ...options, incremental: false })
  const statement = program
    .getSourceFile(file)
    ?.statements.find(
      statement => ts.isTypeAliasDeclaration(statement) && statement.name.text === 'Answers',
    )
  if (statement === undefined) throw new Error(`no type Answers in ${file}`)
  const checker = program.getTypeChecker()
  return { checker, answers: checker.getTypeAtLocation(statement) }
}

/** Writes types as schemas. A type with a name is written once, and meant by it. */
class Writer {
  readonly #checker: ts.TypeChecker
  readonly #answers: ts.Type
  readonly #named = new Map<string, { readonly type: ts.Type; schema: JsonValue | null }>()
  /** Different types with one name: written out where they are used. */
  readonly #ambiguous = new Set<string>()
  /** Types without names that are being written, from the last one with a name on. */
  #open: readonly ts.Type[] = []

  constructor(checker: ts.TypeChecker, answers: ts.Type) {
    this.#checker = checker
    this.#answers = answers
  }

  write(): Schemas {
    // The first round finds names that mean several types.
    for (;;) {
      const ambiguousCount = this.#ambiguous.size
      this.#named.clear()
      const answers = Object.fromEntries(
        programMethods.map(method => [method, this.#schemaOf(this.#member(method))]),
      )
      if (this.#ambiguous.size > ambiguousCount) continue
      const named = [...this.#named].map(([name, { schema }]) => [name, schema] as const)
      named.push([NUMBER, wireNumber])
      const definitions = Object.fromEntries(
        named.sort(([left], [right]) => (left < right ? -1 : 1)),
      )
      return { answers, definitions }
    }
  }

  #member(method: string): ts.Type {
    const symbol = this.#checker.getPropertyOfType(this.#answers, method)
    if (symbol === undefined) throw new Error(`no answer of ${method}`)
    return this.#checker.getTypeOfSymbol(symbol)
  }

  #schemaOf(type: ts.Type): JsonValue {
    const name = nameOf(type)
    // Whatever JSON can say: generators of code cannot take the type apart.
    if (name === 'JsonValue') return {}
    if (name === null || this.#ambiguous.has(name)) return this.#written(type)
    const definition = this.#named.get(name)
    if (definition !== undefined && definition.type !== type) this.#ambiguous.add(name)
    else if (definition === undefined) {
      const entry: { type: ts.Type; schema: JsonValue | null } = { type, schema: null }
      this.#named.set(name, entry)
      entry.schema = this.#written(type)
    }
    return { $ref: REFERENCE + name }
  }

  #written(type: ts.Type): JsonValue {
    const outside = this.#open
    if (outside.includes(type)) {
      throw new Error(`a type without a name holds itself: ${this.#checker.typeToString(type)}`)
    }
    this.#open = nameOf(type) === null ? [...outside, type] : []
    const schema = type.isUnion() ? this.#union(type) : (simple(type) ?? this.#compound(type))
    this.#open = outside
    return schema
  }

  #union(type: ts.UnionType): JsonValue {
    const parts = type.types.filter(({ flags }) => (flags & ts.TypeFlags.Undefined) === 0)
    const booleans = parts.filter(({ flags }) => (flags & ts.TypeFlags.BooleanLiteral) !== 0)
    const words = parts.filter(part => part.isLiteral()).map(part => part.value as JsonValue)
    const types: string[] = booleans.length === 2 ? ['boolean'] : []
    if (booleans.length === 1) words.push(simple(booleans[0] as ts.Type)?.['const'] as JsonValue)
    const others: JsonValue[] = []
    for (const part of parts) {
      if (part.isLiteral() || booleans.includes(part)) continue
      const schema = this.#schemaOf(part)
      const word = isType(schema) ? schema.type : null
      if (word === null) others.push(schema)
      else types.push(word)
    }
    if (words.length > 0) {
      // Null beside words is one of them.
      const isNullable = types.includes('null')
      if (isNullable) types.splice(types.indexOf('null'), 1)
      others.push({ enum: inOrder(isNullable ? [...words, null] : words) })
    }
    if (types.length > 0)
      others.push({ type: types.length === 1 ? (types[0] as string) : inOrder(types) })
    return others.length === 1 ? (others[0] as JsonValue) : { anyOf: inOrder(others) }
  }

  #compound(type: ts.Type): JsonValue {
    const checker = this.#checker
    if (checker.isTupleType(type)) return this.#tuple(type as ts.TupleTypeReference)
    if (checker.isArrayType(type)) {
      const [item] = checker.getTypeArguments(type as ts.TypeReference)
      return { type: 'array', items: this.#schemaOf(item as ts.Type) }
    }
    const isObject = (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0
    if (!isObject || type.getCallSignatures().length > 0) {
      throw new Error(`JSON holds no ${checker.typeToString(type)}`)
    }
    return this.#object(type)
  }

  #tuple(type: ts.TupleTypeReference): JsonValue {
    const { elementFlags } = type.target
    if (elementFlags.some(flag => flag !== ts.ElementFlags.Required)) {
      throw new Error(`an open tuple: ${this.#checker.typeToString(type)}`)
    }
    const items = this.#checker.getTypeArguments(type).map(element => this.#schemaOf(element))
    return { type: 'array', prefixItems: items, minItems: items.length, maxItems: items.length }
  }

  #object(type: ts.Type): JsonValue {
    const checker = this.#checker
    const properties: [string, JsonValue][] = []
    const required: string[] = []
    for (const symbol of byName(checker.getPropertiesOfType(type))) {
      const member = checker.getTypeOfSymbol(symbol)
      if ((member.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Never)) !== 0) continue
      properties.push([symbol.name, this.#schemaOf(member)])
      if (!isLeftOut(symbol, member)) required.push(symbol.name)
    }
    const index = checker.getIndexInfosOfType(type)[0]
    return {
      type: 'object',
      ...(required.length > 0 && { required }),
      ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
      ...(index !== undefined && { additionalProperties: this.#schemaOf(index.type) }),
    }
  }
}

/** Types that need no others; null for the rest. */
function simple(type: ts.Type): Readonly<Record<string, JsonValue>> | null {
  const { flags } = type
  const is = (flag: ts.TypeFlags): boolean => (flags & flag) !== 0
  if (is(ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {}
  if (is(ts.TypeFlags.String | ts.TypeFlags.TemplateLiteral)) return { type: 'string' }
  if (is(ts.TypeFlags.Number)) return { $ref: REFERENCE + NUMBER }
  if (is(ts.TypeFlags.Null)) return { type: 'null' }
  if (type.isLiteral()) return { const: type.value as JsonValue }
  if (is(ts.TypeFlags.BooleanLiteral))
    return { const: (type as { intrinsicName?: string }).intrinsicName === 'true' }
  return null
}

/** The name under which people know a type: that of its declaration, if it has one and no arguments. */
function nameOf(type: ts.Type): string | null {
  if (type.aliasSymbol !== undefined) {
    return type.aliasTypeArguments === undefined ? type.aliasSymbol.name : null
  }
  const isInterface = (type.symbol?.flags ?? 0) & ts.SymbolFlags.Interface
  if (!isInterface || /^(Readonly)?Array$/.test(type.symbol.name)) return null
  return ((type as ts.TypeReference).typeArguments ?? []).length > 1 ? null : type.symbol.name
}

function isLeftOut(symbol: ts.Symbol, type: ts.Type): boolean {
  const isOptional = (symbol.flags & ts.SymbolFlags.Optional) !== 0
  const parts = type.isUnion() ? type.types : [type]
  return (
    isOptional ||
    parts.some(({ flags }) => (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Unknown)) !== 0)
  )
}

/** The compiler has its own order of members and alternatives, which changes with what else it has read. */
function byName(symbols: readonly ts.Symbol[]): readonly ts.Symbol[] {
  return symbols.toSorted((left, right) => (left.name < right.name ? -1 : 1))
}

function inOrder(values: readonly JsonValue[]): readonly JsonValue[] {
  const words = new Map(values.map(value => [JSON.stringify(value), value]))
  return [...words.keys()].sort().map(word => words.get(word) as JsonValue)
}

/** Whether a schema says a type and nothing else. */
function isType(schema: JsonValue): schema is { readonly type: string } {
  const keys = Object.keys(schema as JsonObject)
  return keys.length === 1 && typeof (schema as JsonObject)['type'] === 'string'
}

/** As the file holds it: one schema a line, so that a change of one type is a change of one line. */
export function answerFileText(): string {
  const { answers, definitions } = answerSchemas()
  const block = (schemas: JsonObject): string =>
    Object.entries(schemas)
      .map(([name, schema]) => `${JSON.stringify(name)}: ${JSON.stringify(schema)}`)
      .join(',\n')
  return `{"answers": {\n${block(answers)}\n}, "definitions": {\n${block(definitions)}\n}}\n`
}

if (import.meta.main) writeFileSync(ANSWER_FILE, answerFileText())
