import path from 'node:path'
import { AppError } from '../../../../core/errors/errors.ts'
import type { ImportQuestion, ReadyStudy } from '../../../../core/processes/import-protocol.ts'
import { defaults } from '../../../../core/study/defaults.ts'
import type { ImportDescription } from '../../../../core/study/import.ts'
import type { ImportNote } from '../../../../core/study/import-note.ts'
import { fromRuns } from '../../../../interop/runs/from-runs.ts'
import { metricsOfRuns } from '../../../../interop/runs/goals-of-runs.ts'
import type { PastRun } from '../../../../interop/runs/past-run.ts'
import { settingsOfRuns } from '../../../../interop/runs/settings-of-runs.ts'
import { looksSecret } from '../../../../platform/user-code/redact.ts'
import { buildSpace } from '../../../../search/space/build-space.ts'
import { contains } from '../../../../search/space/conditions.ts'
import { tasks } from '../../../../training/tasks/registry.ts'
import { checkStudy } from '../../../studies/node/study-check.ts'
import { readForeign } from '../read-foreign.ts'
import { readRunFolder } from './read-run-folder.ts'
import type { RunProblem } from './run-source.ts'

/** So many entries stand in a note; how many more there are stands beside them. */
const MAX_LISTED = 20
/** Names in a description, of which a page shows as many as it has room for. */
const MAX_DESCRIBED = 2_000

/** What is in a folder of runs. @throws AppError `data.invalid`, `file.*` */
export function describeRuns(folder: string): ImportDescription {
  const { runs, problems } = readRunFolder(path.resolve(folder))
  const { parameters } = settingsOfRuns(runs, looksSecret)
  return {
    kind: 'pastRuns',
    programs: programsOf(runs),
    groups: groupsOf(runs),
    runs: runs.length,
    parameters: parameters.map(({ name }) => name).slice(0, MAX_DESCRIBED),
    metrics: metricsOfRuns(runs).slice(0, MAX_DESCRIBED),
    notes: problemNotes(problems),
  }
}

/**
 * A folder of runs as a finished study.
 * @throws AppError `data.invalid` naming what is missing, `specification.invalid`, `study.notFound`
 */
export function readRunStudy(question: ImportQuestion): ReadyStudy {
  const folder = path.resolve(question.file)
  const { like, only, atMs } = question
  const { runs: all, problems } = readRunFolder(folder)
  const runs = only === null ? all : all.filter(run => namesOf(run).includes(only))
  if (runs.length === 0 && only !== null) throw new AppError('study.notFound', { study: only })
  const goals = question.goals.length > 0 ? question.goals : (like?.goals ?? [])
  const space = like?.space ?? null
  const read = readForeign(folder, () => fromRuns({ runs, goals, space, atMs, looksSecret }))
  const name = question.name ?? (path.basename(folder).slice(0, 120) || 'runs')
  const base = {
    name,
    objective: { external: true },
    goals: read.goals,
    space: read.space,
    stop: {},
  }
  const checked = [defaults.sampler, defaults.plainSampler]
    .map(sampler => checkStudy({ ...base, sampler: { name: sampler } }, { tasks, external: true }))
    .find((candidate, index, both) => candidate.ok || index === both.length - 1)
  if (checked === undefined || !checked.ok)
    throw new AppError('specification.invalid', { file: folder, problems: checked?.problems ?? [] })
  const built = buildSpace(checked.specification.space)
  const outside = read.trials.filter(({ parameters }) => !contains(built, parameters))
  const shown = runs.map(({ name: run }) => run)
  const notes: ImportNote[] = [...severalNotes(groupsOf(runs)), ...read.notes]
  if (outside.length > 0 && like !== null) {
    const names = outside.map(({ provenance }) => {
      const run = provenance.reason.values?.['run']
      return typeof run === 'string' ? run : ''
    })
    notes.push({
      code: 'runsOutside',
      runs: names.slice(0, MAX_LISTED),
      more: Math.max(0, names.length - MAX_LISTED),
    })
  }
  const isTaken = (problem: RunProblem): boolean => only === null || shown.includes(problem.run)
  notes.push(...problemNotes(problems.filter(isTaken)))
  return {
    specification: checked.specification,
    trials: read.trials,
    origin: {
      program: programsOf(runs).join(', '),
      version: null,
      file: path.basename(folder),
      sha256: null,
      study: only ?? path.basename(folder),
      notes,
    },
  }
}

function programsOf(runs: readonly PastRun[]): string[] {
  return [...new Set(runs.map(({ program }) => program))]
}

/** What a person may call a part of the runs: their logger, and their project or experiment. */
function namesOf({ program, group }: PastRun): readonly string[] {
  return group === null || group === program ? [program] : [program, `${program}: ${group}`]
}

function groupsOf(runs: readonly PastRun[]): readonly { name: string; runs: number }[] {
  const counts = new Map<string, number>()
  for (const run of runs) {
    const name = namesOf(run).at(-1) ?? run.program
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([name, count]) => ({ name, runs: count })).slice(0, MAX_DESCRIBED)
}

function severalNotes(groups: readonly { readonly name: string }[]): ImportNote[] {
  if (groups.length < 2) return []
  const names = groups.map(({ name }) => name)
  const unlisted = Math.max(0, names.length - MAX_LISTED)
  return [{ code: 'runsOfSeveral', groups: names.slice(0, MAX_LISTED), more: unlisted }]
}

function problemNotes(problems: readonly RunProblem[]): ImportNote[] {
  const notes = problems
    .slice(0, MAX_LISTED)
    .map((problem): ImportNote => ({ code: 'runProblem', ...problem }))
  const unlisted = problems.length - notes.length
  return unlisted > 0 ? [...notes, { code: 'runProblemsMore', more: unlisted }] : notes
}
