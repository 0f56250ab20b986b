import { ownValue } from '../../../src-main/core/values/named-values.ts'
import {
  parameterVariable,
  placeholdersIn,
  renamePlaceholders,
} from '../../../src-main/core/study/command-template.ts'
import { isObject } from '../../../src-main/core/values/json.ts'
import { namesInRelation, renameInRelation } from '../../../src-main/core/study/relation.ts'
import { isSame } from './follow-data.ts'

/** A study file or a part of it, with whatever keys it has. */
type Sections = Readonly<Record<string, unknown>>

/** New names of parameters by those before. */
export type Renamed = ReadonlyMap<string, string>

/** How a kind of text speaks of parameters. */
interface Speech {
  readonly has: (text: string, name: string) => boolean
  readonly rename: (text: string, names: Renamed) => string
}

const relation: Speech = {
  has: (text, name) => namesInRelation(text).includes(name),
  rename: renameInRelation,
}
const template: Speech = {
  has: (text, name) => placeholdersIn(text).includes(name),
  rename: renamePlaceholders,
}
const variables = /\bTUNEWRIGHT_PARAM_\w+/g
/** A shell has the values in variables. */
const shell: Speech = {
  has: (text, name) => text.match(variables)?.includes(parameterVariable(name)) ?? false,
  rename: (text, names) => {
    const renamed = new Map([...names].map(pair => pair.map(parameterVariable) as [string, string]))
    return text.replaceAll(variables, variable => renamed.get(variable) ?? variable)
  },
}

/** The draft with other names of parameters in the values and points that it lists. */
export function renameInPoints(draft: Sections, names: Renamed): Sections {
  const follow = (point: unknown): unknown => {
    if (!isObject(point)) return point
    const entries = Object.entries(point).map(
      ([key, value]) => [names.get(key) ?? key, value] as const,
    )
    const isClear = new Set(entries.map(([key]) => key)).size === entries.length
    return isClear ? Object.fromEntries(entries) : point
  }
  const { currentConfiguration, fix, enqueue } = draft
  return withChanged(draft, {
    currentConfiguration: follow(currentConfiguration),
    fix: follow(fix),
    enqueue: Array.isArray(enqueue) ? enqueue.map(follow) : enqueue,
  })
}

/** The draft with other names of parameters in its relations and its command. */
export function renameInTexts(draft: Sections, names: Renamed): Sections {
  return withChanged(
    draft,
    mapTexts(draft, (text, { rename }) => rename(text, names)),
  )
}

/** Whether a relation or the command speaks of a parameter. */
export function isInTexts(draft: Sections, name: string): boolean {
  let isFound = false
  mapTexts(draft, (text, { has }) => {
    isFound ||= has(text, name)
    return text
  })
  return isFound
}

/** The sections of a draft whose texts speak of parameters. */
function mapTexts(draft: Sections, map: (text: string, speech: Speech) => string): Sections {
  const mapOne = (speech: Speech) => (text: unknown) =>
    typeof text === 'string' ? map(text, speech) : text
  const list = (texts: unknown, speech: Speech) =>
    Array.isArray(texts) ? texts.map(mapOne(speech)) : texts
  const { relations, objective } = draft
  const listed = { relations: list(relations, relation) }
  if (!isObject(objective)) return listed
  const { command, environment } = objective
  const spoken = {
    command: typeof command === 'string' ? map(command, shell) : list(command, template),
    environment: isObject(environment)
      ? Object.fromEntries(
          Object.entries(environment).map(([key, text]) => [key, mapOne(template)(text)]),
        )
      : environment,
  }
  return { ...listed, objective: withChanged(objective, spoken) }
}

/** Sections that are the same stay as they are, so that none is written anew for nothing. */
function withChanged(before: Sections, part: Sections): Sections {
  const changed = Object.entries(part).filter(
    ([key, value]) => !isSame(ownValue(before, key), value),
  )
  return { ...before, ...Object.fromEntries(changed) }
}
