import {
  parameterVariable,
  placeholdersIn,
  renamePlaceholder,
} from '../../../src-main/contract/command-template.ts'
import { isObject } from '../../../src-main/contract/json.ts'
import { namesInRelation, renameInRelation } from '../../../src-main/contract/relation.ts'
import { isSame } from './follow-data.ts'

/** A study file or a part of it, with whatever keys it has. */
type Sections = Readonly<Record<string, unknown>>

/** How a kind of text speaks of parameters. */
interface Speech {
  readonly has: (text: string, name: string) => boolean
  readonly rename: (text: string, before: string, name: string) => string
}

const relation: Speech = {
  has: (text, name) => namesInRelation(text).includes(name),
  rename: renameInRelation,
}
const template: Speech = {
  has: (text, name) => placeholdersIn(text).includes(name),
  rename: renamePlaceholder,
}
/** A shell has the values in variables. */
const shell: Speech = {
  has: (text, name) => variablePattern(name).test(text),
  rename: (text, before, name) =>
    text.replaceAll(variablePattern(before), () => parameterVariable(name)),
}

/** The draft with another name of a parameter in the values and points that it lists. */
export function renameInPoints(draft: Sections, before: string, name: string): Sections {
  const follow = (point: unknown): unknown => {
    if (!isObject(point) || !Object.hasOwn(point, before) || Object.hasOwn(point, name)) {
      return point
    }
    const entries = Object.entries(point).map(([key, one]) => [key === before ? name : key, one])
    return Object.fromEntries(entries) as unknown
  }
  const { usedToday, fix, enqueue } = draft
  return withChanged(draft, {
    usedToday: follow(usedToday),
    fix: follow(fix),
    enqueue: Array.isArray(enqueue) ? enqueue.map(follow) : enqueue,
  })
}

/**
 * The draft with another name of a parameter in its relations and its command.
 * @returns null where they cannot take the name: it is empty, or one of them has it already and would speak of both as of one
 */
export function renameInTexts(draft: Sections, before: string, name: string): Sections | null {
  let isTaken = name === ''
  mapTexts(draft, (text, { has }) => {
    isTaken ||= has(text, name)
    return text
  })
  if (isTaken) return null
  return withChanged(
    draft,
    mapTexts(draft, (text, { rename }) => rename(text, before, name)),
  )
}

/** The sections of a draft whose texts speak of parameters. */
function mapTexts(draft: Sections, map: (text: string, speech: Speech) => string): Sections {
  const one = (speech: Speech) => (text: unknown) =>
    typeof text === 'string' ? map(text, speech) : text
  const list = (texts: unknown, speech: Speech) =>
    Array.isArray(texts) ? texts.map(one(speech)) : texts
  const { relations, objective } = draft
  const listed = { relations: list(relations, relation) }
  if (!isObject(objective)) return listed
  const { command, environment } = objective
  const spoken = {
    command: typeof command === 'string' ? map(command, shell) : list(command, template),
    environment: isObject(environment)
      ? Object.fromEntries(
          Object.entries(environment).map(([key, text]) => [key, one(template)(text)]),
        )
      : environment,
  }
  return { ...listed, objective: withChanged(objective, spoken) }
}

/** Sections that are the same stay as they are, so that none is written anew for nothing. */
function withChanged(before: Sections, part: Sections): Sections {
  const changed = Object.entries(part).filter(([key, value]) => !isSame(before[key], value))
  return { ...before, ...Object.fromEntries(changed) }
}

function variablePattern(name: string): RegExp {
  return new RegExp(String.raw`\b${parameterVariable(name)}\b`, 'g')
}
