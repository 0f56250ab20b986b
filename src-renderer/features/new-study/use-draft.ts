import { watchDebounced } from '@vueuse/core'
import { computed, ref, shallowRef, watch } from 'vue'
import type { ObjectiveDescription, StudyCheck } from '../../../src-main/contract/api/rows.ts'
import { call } from '../../bridge/call.ts'
import {
  editStudyYaml,
  writeStudyYaml,
} from '../../../src-main/interop/study-file/write-study-yaml.ts'
import { type Draft, draftFromYaml, firstDraft, isRecord } from './draft.ts'
import { rowsOfSpace, type SpaceRow, spaceOfRows } from './space-rows.ts'

const CHECK_AFTER_MS = 300

/**
 * A study file that a form and a text field edit together. The text is the truth: the form shows what it
 * says and writes it anew; a text that cannot be read leaves the form as it was.
 */
export function useDraft(onError: (work: () => Promise<unknown>) => Promise<boolean>) {
  const text = ref(writeStudyYaml(firstDraft))
  const draft = shallowRef<Draft>(firstDraft)
  const readable = ref(true)
  const check = shallowRef<StudyCheck | null>(null)
  const description = shallowRef<ObjectiveDescription | null>(null)
  /** Rows as they are typed; two of one name would be one key in the file. */
  const rows = shallowRef<readonly SpaceRow[]>([])

  function setText(next: string): void {
    text.value = next
    const read = draftFromYaml(next)
    readable.value = read !== null
    if (read === null) return
    draft.value = read
    rows.value = rowsOfSpace(read['space'])
    void learnMetrics()
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
    const before = draft.value
    const keys = [...new Set([...Object.keys(before), ...Object.keys(next)])]
    const changed = keys.filter(key => before[key] !== next[key])
    change(Object.fromEntries(changed.map(key => [key, next[key]])))
  }

  function setRows(next: readonly SpaceRow[]): void {
    rows.value = next
    change({ space: spaceOfRows(next) })
  }

  const objective = computed(() => {
    const value = draft.value['objective']
    return isRecord(value) ? value : {}
  })

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
  /** The space that the objective brought, as long as nobody has changed it. */
  let offered = JSON.stringify(firstDraft['space'])

  /** Another objective brings its own metrics, and its own space unless a person has made one for the same task. */
  async function setObjective(next: Readonly<Record<string, unknown>>): Promise<void> {
    const isOwn = 'command' in objective.value && 'command' in next
    const isSame = nameOf(next) === nameOf(objective.value)
    change({ objective: next })
    // Of a program nobody knows the space but the person who is writing it.
    if (isOwn) return
    await onError(async () => {
      const answer = await call('objective.describe', { objective: next })
      if (objective.value !== next) return
      description.value = answer
      described = nameOf(next)
      if (!answer.ok) return
      const known = answer.metrics.map(({ metric }) => metric)
      const goals = draft.value['goals']
      const first: unknown = Array.isArray(goals) ? goals[0] : null
      const fits = isRecord(first) && known.includes(String(first['metric']))
      const [usual] = preferredGoals(answer.metrics)
      if (!fits && usual !== undefined) change({ goals: [usual] })
      if (isSame && JSON.stringify(draft.value['space']) !== offered) return
      offered = JSON.stringify(answer.space)
      change({ space: answer.space })
      rows.value = rowsOfSpace(answer.space)
    })
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
    setText,
    change,
    replace,
    setRows,
    setObjective,
  }
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
