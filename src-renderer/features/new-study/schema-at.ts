import { ownValue } from '../../../src-main/core/values/named-values.ts'
import type { Catalog } from '../../../src-main/features/studies/common/rows.ts'
import { isObject } from '../../../src-main/core/values/json.ts'

/** The schema of a place in a study file. */
export interface SchemaAtPath {
  /** Keys that may stand here, with the code of what each does. */
  readonly keys: readonly { readonly name: string; readonly description: string }[]
  /** Values that may stand here. */
  readonly values: readonly string[]
  /** Code of the description of the place itself; empty without one. */
  readonly description: string
}

type Schema = Readonly<Record<string, unknown>>

/**
 * Follows the keys of a place through the schemas; those of a task, sampler or pruner are found by its name in the file.
 * @param path keys and places in lists
 * @param study the file as it can be read; undefined where it cannot
 */
export function schemaAt(
  path: readonly (string | number)[],
  study: unknown,
  catalog: Pick<Catalog, 'studySchema' | 'tasks' | 'functionSchema' | 'samplers' | 'pruners'>,
): SchemaAtPath {
  let schemas: readonly Schema[] = [catalog.studySchema]
  path.forEach((key, index) => {
    const next = schemas.flatMap(schema => membersOf(schema)).flatMap(schema => below(schema, key))
    schemas = index === 0 ? [...next, ...named(String(key), study, catalog)] : next
  })
  const members = schemas.flatMap(schema => membersOf(schema))
  const keys = new Map<string, string>()
  for (const { properties } of members) {
    for (const [name, property] of Object.entries(isObject(properties) ? properties : {})) {
      const description = isObject(property) ? textOf(property['description']) : ''
      if (!keys.has(name) || keys.get(name) === '') keys.set(name, description)
    }
  }
  const values = members.flatMap(({ const: constant, enum: list, type }) => [
    ...(constant === undefined ? [] : [textOf(constant)]),
    ...(Array.isArray(list) ? list.map(String) : []),
    ...(type === 'boolean' ? ['true', 'false'] : []),
  ])
  const last = path.at(-1)
  const names = path.length === 2 && last === 'name' ? namesOf(String(path[0]), catalog) : []
  const tasks = path.join('.') === 'objective.task' ? catalog.tasks.map(({ name }) => name) : []
  const described = schemas.find(({ description }) => typeof description === 'string')
  return {
    keys: [...keys].map(([name, description]) => ({ name, description })),
    values: [...new Set([...values, ...names, ...tasks])],
    description: textOf(described?.['description']),
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
}

/** Schemas of options that stand beside the name of what has them. */
function named(
  key: string,
  study: unknown,
  { tasks, functionSchema, samplers, pruners }: Omit<Parameters<typeof schemaAt>[2], 'studySchema'>,
): readonly Schema[] {
  const part: unknown = isObject(study) ? ownValue(study, key) : undefined
  const chosen: Schema = isObject(part) ? part : {}
  if (key === 'objective') {
    const task = tasks.find(({ name }) => name === chosen['task'])
    return task !== undefined ? [task.schema] : 'function' in chosen ? [functionSchema] : []
  }
  const entries = key === 'sampler' ? samplers : key === 'pruner' ? pruners : []
  const entry = entries.find(({ name }) => name === chosen['name'])
  return entry === undefined ? [] : [entry.schema]
}

function namesOf(
  key: string,
  { samplers, pruners }: Pick<Catalog, 'samplers' | 'pruners'>,
): readonly string[] {
  const entries = key === 'sampler' ? samplers : key === 'pruner' ? pruners : []
  return entries.map(({ name }) => name)
}

/** A schema and all that it may be instead. */
function membersOf(schema: Schema): readonly Schema[] {
  const others = [schema['anyOf'], schema['oneOf'], schema['allOf']].flatMap(list =>
    Array.isArray(list) ? list.filter(isObject) : [],
  )
  return [schema, ...others.flatMap(other => membersOf(other))]
}

function below(schema: Schema, key: string | number): readonly Schema[] {
  const { properties, additionalProperties, items } = schema
  if (typeof key === 'number') return isObject(items) ? [items] : []
  const property = isObject(properties) ? ownValue(properties, key) : undefined
  const childSchema = property ?? additionalProperties
  return isObject(childSchema) ? [childSchema] : []
}
