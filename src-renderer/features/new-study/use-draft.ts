import { watchDebounced } from '@vueuse/core'
import { computed, ref, shallowRef, watch } from 'vue'
import type { ObjectiveDescription, StudyCheck } from '../../../src-main/contract/api/rows.ts'
import { isObject } from '../../../src-main/contract/json.ts'
import { call } from '../../bridge/call.ts'
import {
  editStudyYaml,
  writeStudyYaml,
} from '../../../src-main/interop/study-file/write-study-yaml.ts'
import { type Draft, draftFromYaml, firstDraft } from './draft.ts'
import { followData, isSame, type Space, type SpaceChange, spaceChange } from './follow-data.ts'
import { rowsOfSpace, type SpaceRow, spaceOfRows } from './space-rows.ts'

const CHECK_AFTER_MS = 300

type KnownObjective = Extract<ObjectiveDescription, { readonly ok: true }>

/** A study as it is being written. */
export interface DraftState {
  readonly text: string
  /** What the objective and its data have suggested as a space; null for a space that came with a file. */
  readonly offered: Space | null
}

/**
 * A study file that a form and a text field edit together. The text is the truth: the form shows what it
 * says and writes it anew; a text that cannot be read leaves the form as it was.
 * @param onReplaced is told when a space that a person has made gave way to that of another objective
 */
export function useDraft(
  onError: (work: () => Promise<unknown>) => Promise<boolean>,
  onReplaced: (before: DraftState) => void,
) {
  const text = ref(writeStudyYaml(firstDraft))
  const draft = shallowRef<Draft>(firstDraft)
  const readable = ref(true)
  const check = shallowRef<StudyCheck | null>(null)
  const description = shallowRef<ObjectiveDescription | null>(null)
  /** Rows as they are typed; two of one name would be one key in the file. */
  const rows = shallowRef<readonly SpaceRow[]>([])

  let offered: DraftState['offered'] = {}
  /** The objective that the space was made for, by name. */
  let owner = nameOf(objectOf(firstDraft['objective']))
  /** What came and went with the data, to be said beside the space. */
  const spaceChanged = shallowRef<SpaceChange | null>(null)

  /** A text as a person types it; one that speaks of another objective brings a space that stays as it is. */
  function setText(next: string): void {
    text.value = next
    const read = draftFromYaml(next)
    readable.value = read !== null
    if (read === null) return
    if (!isSame(read['objective'], draft.value['objective'])) offered = null
    draft.value = read
    owner = nameOf(objective.value)
    spaceChanged.value = null
    rows.value = rowsOfSpace(read['space'])
    void learnMetrics()
  }

  function state(): DraftState {
    return { text: text.value, offered }
  }

  function restore(one: DraftState): void {
    setText(one.text)
    offered = one.offered
  }

  /** The study that a form begins with, but for some sections. */
  async function begin(part: Draft): Promise<void> {
    restore({ text: writeStudyYaml({ ...firstDraft, ...part }), offered: {} })
    await setObjective(objective.value)
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

  function setRows(next: readonly SpaceRow[]): void {
    rows.value = next
    change({ space: spaceOfRows(next) })
  }

  const objective = computed(() => objectOf(draft.value['objective']))

  /** What a text written by hand can aim at; its goals and space stay as they are. */
  async function learnMetrics(): Promise<void> {
    const asked = objective.value
    if (nameOf(asked) === described) return
    described = nameOf(asked)
    await onError(async () => {
      const answer = await call('objective.describe', { objective: asked })
      if (nameOf(objective.value) === nameOf(asked)) description.value = answer
    })
  }

  /** The objective that the description is about, by name. */
  let described = ''
  /** The study before its objective was exchanged for another kind. */
  let before: DraftState = state()

  /**
   * Another objective brings its own metrics and its own space. Other data for the same objective change what they had
   * suggested, and leave what a person has made of it.
   */
  async function setObjective(next: Readonly<Record<string, unknown>>): Promise<void> {
    if (nameOf(next) !== nameOf(objective.value)) before = state()
    change({ objective: next })
    // Of a program nobody knows goals and space but the person who is writing it.
    if (owner === nameOf(next) && ('command' in next || 'module' in next)) return
    await onError(async () => {
      const answer = await call('objective.describe', { objective: next })
      if (objective.value !== next) return
      description.value = answer
      described = nameOf(next)
      if (!answer.ok) return
      const known = answer.metrics.map(({ metric }) => metric)
      const goals = draft.value['goals']
      const first: unknown = Array.isArray(goals) ? goals[0] : null
      const fits = isObject(first) && known.includes(String(first['metric']))
      const [usual] = preferredGoals(answer.metrics)
      if (!fits && usual !== undefined) change({ goals: [usual] })
      takeSpace(answer, nameOf(next))
    })
  }

  function takeSpace({ space, dataRead }: KnownObjective, name: string): void {
    const own = objectOf(draft.value['space'])
    if (owner !== name) {
      const isLost = !isSame(own, offered ?? {})
      setSpace(space)
      if (isLost) onReplaced(before)
    } else {
      if (offered === null || !dataRead) return
      const followed = followData(offered, own, space)
      // Rows of one name, as while one is typed, would not come back from the space.
      if (!isSame(followed, own)) setSpace(followed)
      spaceChanged.value = Object.keys(own).length === 0 ? null : spaceChange(own, followed)
    }
    offered = space
    owner = name
  }

  function setSpace(space: Space): void {
    change({ space })
    rows.value = rowsOfSpace(space)
    spaceChanged.value = null
  }

  // A verdict is about the text that was judged, not about the one that is being typed.
  watch(text, () => {
    check.value = null
  })
  watchDebounced(
    text,
    async asked => {
      await onError(async () => {
        const result = await call('study.check', { text: asked, format: 'yaml' })
        if (asked === text.value) check.value = result
      })
    },
    { debounce: CHECK_AFTER_MS, immediate: true },
  )

  return {
    text,
    draft,
    rows,
    readable,
    check,
    description,
    objective,
    spaceChanged,
    state,
    restore,
    begin,
    setText,
    change,
    replace,
    setRows,
    setObjective,
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {}
}

function nameOf(objective: Readonly<Record<string, unknown>>): string {
  const own = ['command', 'module'].filter(key => key in objective)
  return JSON.stringify([objective['task'], objective['function'], own])
}

/** Metrics on data that were not trained on come first; accuracy before loss. */
function preferredGoals<Goal extends { readonly metric: string }>(goals: readonly Goal[]): Goal[] {
  const weight = ({ metric }: Goal): number =>
    (metric.startsWith('validation') ? 2 : 0) + (/accuracy|R2|r2/i.test(metric) ? 1 : 0)
  return [...goals].sort((a, b) => weight(b) - weight(a))
}
