import { ownValue } from '../../../src-main/core/values/named-values.ts'
import { computed, ref, shallowRef } from 'vue'
import { parse } from 'yaml'
import { defaults } from '../../../src-main/core/study/defaults.ts'
import { isObject } from '../../../src-main/core/values/json.ts'
import {
  editStudyYaml,
  writeStudyYaml,
} from '../../../src-main/interop/study-file/write-study-yaml.ts'
import { isInTexts, type Renamed, renameInPoints, renameInTexts } from './rename-parameter.ts'
import { rowsOfSpace, type SpaceRow, spaceOfRows } from './space-rows.ts'
import { taskDefinitions } from '../../../src-main/core/tasks/registry.ts'

/** A study file as the form edits it: everything that the file holds, known keys or not, so that nothing is lost. */
export type Draft = Readonly<Record<string, unknown>>

/** A program of one's own, as an example. */
export const programStart: Draft = { command: ['python3', 'train.py', '--rate={learningRate}'] }

/** The study that a new form starts with: over data that are still to be chosen. */
export const firstDraft: Draft = {
  name: 'my-study',
  objective: {
    task: defaults.task,
    data: taskDefinitions[defaults.task].startingData('', false),
  },
  goals: [{ metric: 'validationAccuracy', direction: 'maximize' }],
  space: {},
  sampler: { name: defaults.sampler },
  pruner: { name: defaults.usualPruner },
  stop: { trials: 30 },
  parallelTrials: 2,
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
  /** Rows as they are typed: a name may be empty, or that of another. */
  const rows = shallowRef<readonly SpaceRow[]>([])
  const objective = computed(() => objectOf(draft.value['objective']))
  /** Names that texts have for parameters whose own they could not tell from what they speak of already. */
  const namesInTexts = new Map<string, string>()

  /** @returns the draft before; null if the text cannot be read */
  function read(next: string): Draft | null {
    text.value = next
    const parsed = draftFromYaml(next)
    readable.value = parsed !== null
    if (parsed === null) return null
    const before = draft.value
    draft.value = parsed
    rows.value = rowsOfSpace(parsed['space'])
    namesInTexts.clear()
    return before
  }

  /** Sections of the file by their key; undefined removes one. */
  function change(part: Draft): void {
    const sections = Object.entries({ ...draft.value, ...part }).filter(
      ([, section]) => section !== undefined,
    )
    draft.value = Object.fromEntries(sections)
    text.value = editStudyYaml(text.value, part) ?? writeStudyYaml(draft.value)
    readable.value = true
  }

  /** Another draft: only the sections that differ are written anew. */
  function replace(next: Draft): void {
    const old = draft.value
    const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])]
    const changed = keys.filter(key => ownValue(old, key) !== ownValue(next, key))
    change(Object.fromEntries(changed.map(key => [key, ownValue(next, key)])))
  }

  /** All that speaks of parameters goes with their names. */
  function renameParameters(names: Renamed): void {
    const followed = renameInPoints(draft.value, names)
    const written = new Map(
      [...names].map(([before, name]) => [namesInTexts.get(before) ?? before, name]),
    )
    let clear = written
    const isClear = ([, name]: readonly [string, string]) =>
      clear.has(name) || !isInTexts(followed, name)
    while (![...clear].every(isClear)) clear = new Map([...clear].filter(isClear))
    for (const before of names.keys()) namesInTexts.delete(before)
    for (const [before, name] of written) if (!clear.has(before)) namesInTexts.set(name, before)
    replace(renameInTexts(followed, clear))
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
    renameParameters,
  }
}
