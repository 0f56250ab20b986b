import { computed, ref, shallowRef } from 'vue'
import { parse } from 'yaml'
import { isObject } from '../../../src-main/contract/json.ts'
import {
  editStudyYaml,
  writeStudyYaml,
} from '../../../src-main/interop/study-file/write-study-yaml.ts'
import { renameInPoints, renameInTexts } from './rename-parameter.ts'
import { rowsOfSpace, type SpaceRow, spaceOfRows } from './space-rows.ts'

/** A study file as the form edits it: everything that the file holds, known keys or not, so that nothing is lost. */
export type Draft = Readonly<Record<string, unknown>>

/** Handwritten digits, which come with the application. */
export const mnist: Draft = {
  task: 'image',
  data: { source: 'mnist', train: 10_000, validation: 2_000 },
}

/** A program of one's own, as an example. */
export const programStart: Draft = { command: ['python3', 'train.py', '--rate={learningRate}'] }

/** The study that a new form starts with: over data that are still to be chosen. */
export const firstDraft: Draft = {
  name: 'my-study',
  objective: { task: 'tabular', data: { file: '', target: '' } },
  goals: [{ metric: 'validationAccuracy', direction: 'maximize' }],
  space: {},
  sampler: { name: 'auto' },
  pruner: { name: 'median' },
  stop: { trials: 30 },
  slots: 2,
  seed: 1,
}

/** The mapping that a YAML text writes; null while it is none that can be read. */
function draftFromYaml(text: string): Draft | null {
  try {
    const draft: unknown = parse(text, { merge: true })
    return isObject(draft) ? draft : null
  } catch {
    return null
  }
}

export function objectOf(value: unknown): Draft {
  return isObject(value) ? value : {}
}

/**
 * A study file that a form and a text field edit together. The text is the truth: the form shows what it
 * says and writes it anew; a text that cannot be read leaves the form as it was.
 */
export function useDraftText() {
  const text = ref(writeStudyYaml(firstDraft))
  const draft = shallowRef<Draft>(firstDraft)
  const readable = ref(true)
  /** Rows as they are typed; two of one name would be one key in the file. */
  const rows = shallowRef<readonly SpaceRow[]>([])
  const objective = computed(() => objectOf(draft.value['objective']))

  /** @returns the draft before; null if the text cannot be read */
  function read(next: string): Draft | null {
    text.value = next
    const found = draftFromYaml(next)
    readable.value = found !== null
    if (found === null) return null
    const before = draft.value
    draft.value = found
    rows.value = rowsOfSpace(found['space'])
    return before
  }

  /** Sections of the file by their key; undefined removes one. */
  function change(part: Draft): void {
    const kept = Object.entries({ ...draft.value, ...part }).filter(([, one]) => one !== undefined)
    draft.value = Object.fromEntries(kept)
    text.value = editStudyYaml(text.value, part) ?? writeStudyYaml(draft.value)
    readable.value = true
  }

  /** Another draft: only the sections that differ are written anew. */
  function replace(next: Draft): void {
    const old = draft.value
    const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])]
    const changed = keys.filter(key => old[key] !== next[key])
    change(Object.fromEntries(changed.map(key => [key, next[key]])))
  }

  /** While a name is typed that texts cannot take, they have the one before. */
  let typing: { readonly name: string; readonly inTexts: string } | null = null

  /** All that speaks of a parameter goes with its name. */
  function renameParameter(before: string, name: string): void {
    const written = typing?.name === before ? typing.inTexts : before
    const followed = renameInPoints(draft.value, before, name)
    const all = renameInTexts(followed, written, name)
    typing = all === null ? { name, inTexts: written } : null
    replace(all ?? followed)
  }

  function setRows(next: readonly SpaceRow[]): void {
    rows.value = next
    change({ space: spaceOfRows(next) })
  }

  function setSpace(space: Draft): void {
    change({ space })
    rows.value = rowsOfSpace(space)
  }

  return {
    text,
    draft,
    readable,
    rows,
    objective,
    read,
    change,
    replace,
    setRows,
    setSpace,
    renameParameter,
  }
}
