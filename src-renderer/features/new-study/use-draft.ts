import { useEventListener, watchDebounced } from '@vueuse/core'
import { type Ref, shallowRef, watch } from 'vue'
import type {
  ObjectiveDescription,
  StudyCheck,
} from '../../../src-main/features/studies/common/rows.ts'
import { errorMessage, isAppError, toAppError } from '../../../src-main/core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../../src-main/core/errors/message.ts'
import type { Problem } from '../../../src-main/core/errors/problem.ts'
import { isUserCode } from '../../../src-main/core/study/study-specification.ts'
import type { CodeSource } from '../../stores/trust.ts'
import { isObject, type JsonObject } from '../../../src-main/core/values/json.ts'
import { writeStudyYaml } from '../../../src-main/interop/study-file/write-study-yaml.ts'
import { call } from '../../bridge/call.ts'
import { chosenPaths } from '../../bridge/typed-path.ts'
import { reportErrors } from '../../composables/report-errors.ts'
import { type Draft, firstDraft, objectOf, useDraftText } from './draft.ts'
import { followData, isSame, type Space, type SpaceChange, spaceChange } from './follow-data.ts'
import { functionName } from '../../../src-main/core/objectives/function/function.ts'
import { kindOfObjective } from '../../../src-main/core/objectives/registry.ts'
import { taskName } from '../../../src-main/core/objectives/task/task.ts'

const CHECK_AFTER_MS = 300
const ASK_AGAIN_AFTER_MS = 1_000

/** A study as it is being written. */
export interface DraftState {
  readonly text: string
  /** The space that the objective and its data have suggested; null for one that came with a file. */
  readonly offered: Space | null
}

/**
 * A study that is being written: its file, the metrics and the space that its objective brings, and the verdict of the check.
 * @param onReplaced is told when a space that a person has made gave way to that of another objective
 */
export function useDraft(onReplaced: (before: DraftState) => void) {
  const file = useDraftText()
  const { text, draft, objective, change } = file
  const space = useOfferedSpace(file, onReplaced)
  const description = shallowRef<ObjectiveDescription | null>(null)
  /** The objective that the description is about, by name. */
  let described = ''

  /** A text as a person types it; one that speaks of another objective brings a space that stays as it is. */
  function setText(next: string): void {
    const before = file.read(next)
    if (before === null) return
    space.came(before)
    void learnMetrics()
  }

  function restore(state: DraftState): void {
    // Of the same kind, perhaps, but of other data.
    described = ''
    setText(state.text)
    space.offer(state.offered)
  }

  /** The study that a form begins with, but for some sections. */
  async function begin(part: Draft): Promise<void> {
    restore({ text: writeStudyYaml({ ...firstDraft, ...part }), offered: {} })
    await setObjective(objective.value)
  }

  /** Metrics that a text written by hand can aim at; its goals and space stay as they are. */
  async function learnMetrics(): Promise<void> {
    const currentObjective = objective.value
    if (nameOf(currentObjective) === described) return
    described = nameOf(currentObjective)
    await reportErrors(async () => {
      const answer = await call('objective.describe', { objective: currentObjective })
      if (nameOf(objective.value) === nameOf(currentObjective)) description.value = answer
    })
  }

  /**
   * Another objective brings its own metrics and its own space. Other data for the same objective change what they had
   * suggested, and leave what a person has made of it.
   */
  async function setObjective(next: Draft): Promise<void> {
    const isOther = space.leave(next)
    change({ objective: next })
    // Of a program nobody knows goals and space but the person who is writing it.
    if (!isOther && ('command' in next || 'module' in next)) return
    await reportErrors(async () => {
      const answer = await call('objective.describe', { objective: next })
      if (objective.value !== next) return
      description.value = answer
      described = nameOf(next)
      if (!answer.ok) return
      const metricNames = answer.metrics.map(({ metric }) => metric)
      const goals = draft.value['goals']
      const first: unknown = Array.isArray(goals) ? goals[0] : null
      const fits = isObject(first) && metricNames.includes(String(first['metric']))
      const [usual] = preferredGoals(answer.metrics)
      if (!fits && usual !== undefined) change({ goals: [usual] })
      space.take(answer, nameOf(next))
    })
  }

  // Its data may be read now.
  watch(chosenPaths, () => void setObjective(objective.value))

  return {
    ...file,
    ...useCheck(text),
    description,
    spaceChanged: space.changed,
    state: space.state,
    restore,
    begin,
    setText,
    setObjective,
  }
}

/** The space that an objective and its data offer, beside what a person has made of it. */
function useOfferedSpace(
  { text, draft, objective, change, setSpace }: ReturnType<typeof useDraftText>,
  onReplaced: (before: DraftState) => void,
) {
  /** Names that came and went with the data, to be said beside the space. */
  const changed = shallowRef<SpaceChange | null>(null)
  let offered: DraftState['offered'] = {}
  let offeredFolds = 1
  /** The objective that the space was made for, by name. */
  let owner = nameOf(objective.value)

  function state(): DraftState {
    return { text: text.value, offered }
  }
  /** The study before its objective was exchanged for another kind. */
  let before = state()

  /** A file came in place of another. */
  function came(former: Draft): void {
    if (!isSame(draft.value['objective'], former['objective'])) offered = null
    owner = nameOf(objective.value)
    changed.value = null
  }

  /** @returns whether the space was made for another objective than the next */
  function leave(next: Draft): boolean {
    if (nameOf(next) !== nameOf(objective.value)) before = state()
    return owner !== nameOf(next)
  }

  function take(
    { space, folds, dataRead }: Extract<ObjectiveDescription, { readonly ok: true }>,
    name: string,
  ): void {
    const currentSpace = objectOf(draft.value['space'])
    const ownFolds = draft.value['folds'] ?? 1
    if (ownFolds === offeredFolds && (owner !== name || (offered !== null && dataRead))) {
      if (folds !== ownFolds) change({ folds: folds > 1 ? folds : undefined })
      offeredFolds = folds
    }
    if (owner !== name) {
      const isLost = !isSame(currentSpace, offered ?? {})
      show(space)
      if (isLost) onReplaced(before)
    } else {
      // A form that is just beginning has no space yet, with data or without.
      const isFirst = offered !== null && isSame(offered, {})
      if (offered === null || (!dataRead && !isFirst)) return
      const followed = followData(offered, currentSpace, space)
      // Rows of one name, as while one is typed, would not come back from the space.
      if (!isSame(followed, currentSpace)) show(followed)
      changed.value =
        Object.keys(currentSpace).length === 0 ? null : spaceChange(currentSpace, followed)
    }
    offered = space
    owner = name
  }

  function show(space: Space): void {
    setSpace(space)
    changed.value = null
  }

  function offer(space: Space | null): void {
    offered = space
  }

  return { changed, state, came, leave, take, offer }
}

/** Codes of the rules about files and programs that are not there. */
const missingCodes = ['rule.programMissing', 'rule.scriptMissing', 'error.file.notFound']

/** Whether a file or a program that the study names is not there. */
export function isMissingFile({ rule }: Problem): boolean {
  return missingCodes.includes(rule.code)
}

/** What the program of a study lacks on this machine. */
async function missingCode(source: CodeSource): Promise<readonly Problem[]> {
  try {
    const code = await call('code.describe', { source })
    return code?.missing ?? []
  } catch (reason) {
    const error = toAppError(reason)
    if (!isAppError(error, 'file.notFound')) throw error
    const { path: file, field } = error.detail
    const path = String(field)
      .split(/[.[\]]+/)
      .filter(Boolean)
    return [{ path, value: file, rule: msg('error.file.notFound', { path: file, field }) }]
  }
}

/**
 * The verdict on a text and on its data; null while it is being typed or read: a verdict is about what was judged. Nothing counts as sound
 * that its data cannot run.
 */
function useCheck(text: Readonly<Ref<string>>) {
  const check = shallowRef<StudyCheck | null>(null)
  /** Findings in the data; null without any. */
  const dataset = shallowRef<JsonObject | null>(null)
  const readsData = shallowRef(false)
  /** Why there is no verdict; null: there is one, or it is on its way. */
  const failure = shallowRef<MessageDescriptor | null>(null)
  watch(text, () => {
    check.value = null
    readsData.value = false
    failure.value = null
  })

  let judgments = 0
  async function judge(checkedText: string): Promise<void> {
    const judgment = ++judgments
    // Two that ask anew whenever the other supersedes them would never end.
    const isOver = (): boolean => checkedText !== text.value || judgment !== judgments
    const source = { text: checkedText, format: 'yaml' as const }
    const result = await call('study.check', source)
    if (isOver()) return
    if (!result.ok || taskName(result.specification.objective) === null) {
      dataset.value = null
      const missing =
        result.ok && isUserCode(result.specification.objective) ? await missingCode(source) : []
      if (isOver()) return
      check.value = missing.length > 0 ? { ok: false, problems: missing } : result
      return
    }
    readsData.value = true
    const read = await call('study.checkData', source)
    if (isOver()) return
    if (read.state === 'superseded') {
      // By another window.
      await new Promise(resolve => setTimeout(resolve, ASK_AGAIN_AFTER_MS))
      if (!isOver()) await judge(checkedText)
      return
    }
    readsData.value = false
    dataset.value = read.dataset
    check.value = read.problems.length > 0 ? { ok: false, problems: read.problems } : result
  }

  /** Whoever cannot be asked may answer later: the form says so, and a person tries again. */
  async function tryJudge(checkedText: string): Promise<void> {
    failure.value = null
    try {
      await judge(checkedText)
    } catch (error) {
      if (checkedText !== text.value) return
      readsData.value = false
      failure.value = errorMessage(toAppError(error))
    }
  }

  watchDebounced(text, tryJudge, {
    debounce: CHECK_AFTER_MS,
    immediate: true,
  })
  // A script may have been written in another window meanwhile.
  useEventListener(window, 'focus', () => {
    const isFileMissing = check.value?.ok === false && check.value.problems.some(isMissingFile)
    if (isFileMissing) void tryJudge(text.value)
  })
  watch(chosenPaths, () => void tryJudge(text.value))
  const checkAgain = async (): Promise<void> => tryJudge(text.value)
  return { check, dataset, readsData, checkFailure: failure, checkAgain }
}

function nameOf(objective: Draft): string {
  const kind = kindOfObjective(objective)
  return JSON.stringify([kind?.name, taskName(objective), functionName(objective)])
}

/** Metrics on data that were not trained on come first; accuracy and the root mean square before loss. */
function preferredGoals<Goal extends { readonly metric: string }>(goals: readonly Goal[]): Goal[] {
  const weight = ({ metric }: Goal): number =>
    (metric.startsWith('validation') ? 2 : 0) + (/^validation(Accuracy|Rmse)$/.test(metric) ? 1 : 0)
  return [...goals].sort((a, b) => weight(b) - weight(a))
}
