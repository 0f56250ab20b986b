import { computed, type ComputedRef, type Ref } from 'vue'
import { isCommand } from '../../../src-main/core/objectives/command/command.ts'
import { msg } from '../../../src-main/core/errors/message.ts'
import { templateProblems } from '../../../src-main/core/study/command-template.ts'
import { brokenNameRule } from '../../../src-main/core/study/parameter-name.ts'
import { isObject } from '../../../src-main/core/values/json.ts'
import { editStudyYaml } from '../../../src-main/interop/study-file/write-study-yaml.ts'
import type { Problem } from '../../../src-main/core/errors/problem.ts'
import { useStudies } from '../../stores/studies.ts'
import type { SpaceRow } from './space-rows.ts'
import { programStart } from './draft.ts'
import { isSame } from './follow-data.ts'
import { isMissingFile, type useDraft } from './use-draft.ts'
import { trainsOnTable } from '../../../src-main/core/tasks/registry.ts'

const NOTHING_TO_TUNE = 'newStudy.nothingToTune'
const NO_METRIC = 'newStudy.noMetric'
/** Rules that are sentences of their own, which name no key. */
export const wholeSentences: readonly string[] = [NOTHING_TO_TUNE, NO_METRIC]
/** What a test run looks for while nobody has chosen a metric yet. */
const STAND_IN_METRIC = 'loss'

/** A field that nobody has filled in yet: a data file, the column to predict, a program in place of the example. */
export type NextStep = 'data' | 'target' | 'program'

export interface Readiness {
  /** The next thing to do; the empty fields are no mistakes until then. */
  readonly next: ComputedRef<NextStep | null>
  readonly problems: ComputedRef<readonly Problem[]>
  readonly ready: ComputedRef<boolean>
  /** The study that a test run tries: the drafted one, also without a metric, which is chosen from what is printed; null: none can be tried. */
  readonly tryable: ComputedRef<string | null>
}

/** What a drafted study lacks before it can be created. */
export function useReadiness(
  study: Pick<ReturnType<typeof useDraft>, 'objective' | 'check' | 'draft' | 'rows' | 'text'>,
  name: ComputedRef<string>,
  /** A file whose columns cannot be shown has to be another one. */
  isReadable: Readonly<Ref<boolean>>,
): Readiness {
  const studies = useStudies()
  /** The example of a program is a file that nobody has named yet. */
  const isMissingExample = computed(() => {
    const check = study.check.value
    const isExample = isSame(study.objective.value, programStart)
    return isExample && check?.ok === false && check.problems.some(isMissingFile)
  })
  const next = computed((): NextStep | null => {
    const { objective } = study
    if (isMissingExample.value) return 'program'
    if (!isObject(objective.value['data'])) return null
    const { source } = objective.value['data']
    if (isObject(source) && source['folders'] === '') return 'data'
    if (!trainsOnTable(objective.value)) return null
    const { file, target } = objective.value['data']
    if (file === '' || (target === '' && !isReadable.value)) return 'data'
    return target === '' ? 'target' : null
  })
  const nameTaken = computed(() => studies.rows.some(row => row.name === name.value))
  /** Of a program, an empty space has a remedy in the form: the names in its command, or numbers to choose. */
  const forForm = (problem: Problem): readonly Problem[] => {
    if (!isCommand(study.objective.value)) return [problem]
    if (isMetricOpen(problem)) return [{ ...problem, rule: msg(NO_METRIC) }]
    if (problem.rule.code !== 'rule.needsParameter') return [problem]
    const unknown = unknownPlaceholders(study.objective.value)
    return unknown.length > 0 ? unknown : [{ ...problem, rule: msg(NOTHING_TO_TUNE) }]
  }
  /** An empty field that is the next thing to do. */
  const isToDo = (problem: Problem): boolean => {
    const { path, value } = problem
    const [objective, data, key] = path
    if (next.value === 'program') return isMissingFile(problem)
    if (next.value === null || objective !== 'objective' || data !== 'data') return false
    // Which of the sources it is, nothing says before the folder has a name.
    if (key === 'source') return next.value === 'data'
    return (key === 'file' || key === 'target') && (value === '' || value === null)
  }
  /** The file has the names before these. */
  const namesToDo = computed(() => study.rows.value.flatMap(typedNameProblem))
  const problems = computed<readonly Problem[]>(() => {
    const check = study.check.value
    const checkProblems = check === null || check.ok ? [] : check.problems
    const shownProblems = checkProblems.filter(problem => !isToDo(problem)).flatMap(forForm)
    if (check === null) return namesToDo.value
    const nameProblem = { path: ['name'], value: name.value, rule: msg('newStudy.nameTaken') }
    return [...(nameTaken.value ? [nameProblem] : []), ...namesToDo.value, ...shownProblems]
  })
  const ready = computed(
    () =>
      next.value === null &&
      !nameTaken.value &&
      namesToDo.value.length === 0 &&
      study.check.value?.ok === true,
  )
  const tryable = computed(() => {
    const { text, draft } = study
    if (ready.value) return text.value
    const isOpen = problems.value.length > 0 && problems.value.every(isMetricOpen)
    if (next.value !== null || !isOpen) return null
    const goals = [draft.value['goals']]
      .flat()
      .filter(isObject)
      .map(goal => (goal['metric'] === '' ? { ...goal, metric: STAND_IN_METRIC } : goal))
    return editStudyYaml(text.value, { goals })
  })
  return { next, problems, ready, tryable }
}

/** A goal whose metric is still an empty field. */
function isMetricOpen({ path: [key, , part], value }: Problem): boolean {
  return key === 'goals' && part === 'metric' && value === ''
}

/** Names in the arguments of a command that no parameter has yet. */
function unknownPlaceholders({ command }: Readonly<Record<string, unknown>>): readonly Problem[] {
  if (!Array.isArray(command)) return []
  const texts = command.filter(text => typeof text === 'string')
  return templateProblems({ command: texts, environment: {}, shell: false }, []).filter(
    ({ rule }) => rule.code === 'rule.unknownPlaceholder',
  )
}

function typedNameProblem({ name, typed }: SpaceRow): Problem[] {
  if (typed === undefined) return []
  const rule = typed === '' ? brokenNameRule(typed) : msg('newStudy.parameterTaken')
  return rule === null ? [] : [{ path: ['space', name], value: typed, rule }]
}
