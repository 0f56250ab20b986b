import path from 'node:path'
import { msg } from '../../../core/errors/message.ts'
import type { StudyFileText, UnlocatedProblems } from '../../../core/processes/request-protocol.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { startsOf } from '../../../training/tasks/registry.ts'
import { samplerWhy } from '../../../search/sampler-why.ts'
import { studyCapabilities } from '../../../search/study-capabilities.ts'
import type { Handlers } from '../../api/common/method.ts'
import { nothing } from '../../api/node/api-options.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import { winnerInsightsOf } from '../../analysis/node/winner-insights-of.ts'
import { filesOfTrial } from '../../artifacts/node/trial-files.ts'
import { resumableCheckpoint } from '../../interventions/node/resume-trials.ts'
import type { studyMethods } from '../common/methods.ts'
import { describeCatalog, listSamples } from './catalog.ts'
import { createDataChecker } from './check-with-data.ts'
import { createStudy, prepareStudyData } from './create-study.ts'
import { createObjectiveDescriber } from './describe-objective.ts'
import { dryRun, type RunningTestRun } from './dry-run.ts'
import { confirmWinner, repeatStudy } from './repeat-study.ts'
import { shownState, toStudyOutline, toTrialRow } from './study-rows.ts'

/** Studies: checked before they are created, created, run, and read. */
export function studyHandlers(context: MethodContext): Handlers<typeof studyMethods> {
  return {
    'app.catalog': async () => describeCatalog(),
    'app.samples': async ({ language }) => listSamples(language),
    ...draftHandlers(context),
    ...startHandlers(context),
    ...recordHandlers(context),
  }
}

type Part<Name extends keyof typeof studyMethods> = Pick<Handlers<typeof studyMethods>, Name>

/** A study while it is written: data files that nobody chose are not opened. */
function draftHandlers({
  workspace,
  files,
  studyTexts,
  prepared,
  by,
}: MethodContext): Part<
  'objective.describe' | 'study.check' | 'study.checkData' | 'study.preview' | 'study.forecast'
> {
  const { databasePath, datasetCacheDirectory: cache } = workspace
  const folders = {
    study: path.dirname(databasePath),
    cache,
    requireData: (objective: StudySpecification['objective']) => files.requireData(objective),
    // A person waits for large files, a program is not let.
    isBounded: by !== undefined,
    prepared,
    locate: async (problems: UnlocatedProblems) => studyTexts.locate(problems),
  }
  const describeObjective = createObjectiveDescriber(folders)
  const checkData = createDataChecker(folders)
  return {
    'objective.describe': async ({ objective }) => describeObjective(objective),
    'study.check': async request => studyTexts.check(request),
    'study.checkData': async request =>
      checkData({ ...request, specification: await studyTexts.require(request) }),
    'study.preview': async request => studyTexts.preview(await studyTexts.require(request)),
    'study.forecast': async request => {
      const specification = await studyTexts.require(request)
      const read = async () => {
        files.requireData(specification.objective)
        return prepareStudyData({ specification, directory: folders.study }, cache, {
          isBounded: folders.isBounded,
          prepared,
        })
      }
      // The form names what is wrong with them; their share is not counted.
      const data = await read().then(
        ({ properties }) => properties,
        () => null,
      )
      return studyTexts.forecast({ specification, data, databasePath })
    },
  }
}

/** The methods that make, start and stop studies. */
function startHandlers({
  store,
  host,
  workspace,
  optuna,
  gate,
  files,
  studyTexts,
  now,
}: MethodContext): Part<
  | 'study.dryRun'
  | 'study.dryRunOutput'
  | 'study.cancelDryRun'
  | 'study.create'
  | 'study.start'
  | 'study.repeat'
  | 'study.confirm'
  | 'study.pause'
  | 'study.stop'
  | 'study.keepRunning'
  | 'trial.cancel'
> {
  const { datasetCacheDirectory, trustFile, machineFile, secretsFile } = workspace
  const requireNew = async (request: StudyFileText): Promise<StudySpecification> => {
    const specification = await studyTexts.require(request)
    files.requireData(specification.objective)
    await gate.requireNew(specification)
    return specification
  }
  const requireStudy = async (studyId: number): Promise<void> => {
    const { specification, dataset } = store.studyById(studyId)
    // Data that are known by their content cannot be others. A bundle may come without.
    if (dataset?.contentHash === undefined) files.requireData(specification.objective)
    await gate.requireStudy(studyId)
  }
  /** By the names that their callers gave them. */
  const testRuns = new Map<string, RunningTestRun>()
  return {
    'study.dryRun': async ({ run, ...request }) => {
      const specification = await requireNew(request)
      try {
        return await dryRun({
          specification,
          workspace,
          registry: store,
          onBegin: testRun => {
            if (run !== undefined) testRuns.set(run, testRun)
          },
        })
      } finally {
        if (run !== undefined) testRuns.delete(run)
      }
    },
    'study.dryRunOutput': async ({ run }) => testRuns.get(run)?.output() ?? null,
    'study.cancelDryRun': async ({ run }) => nothing(testRuns.get(run)?.cancel()),
    'study.create': async ({ text, format, start }) => {
      const specification = await requireNew({ text, format })
      const study = await createStudy({
        // There is no file: relative names of data files start where the database lies.
        file: { specification, source: text, directory: path.dirname(workspace.databasePath) },
        store,
        datasetCacheDirectory,
        trustFile,
        machineFile,
        secretsFile,
        now,
      })
      if (start) host.start(study.id)
      else host.announce(study.id)
      return { studyId: study.id }
    },
    'study.start': async ({ studyId }) => {
      await requireStudy(studyId)
      return nothing(host.start(studyId))
    },
    'study.repeat': async ({ studyId, count }) => {
      await requireStudy(studyId)
      const studyIds = await repeatStudy(studyId, count, { store, workspace, now })
      for (const id of studyIds) host.announce(id)
      host.startInTurn(studyIds)
      return { studyIds }
    },
    'study.confirm': async ({ studyId, ...confirmation }) => {
      await requireStudy(studyId)
      const id = await confirmWinner(studyId, confirmation, { store, workspace, now })
      host.start(id)
      return { studyId: id }
    },
    'study.pause': async ({ studyId }) => nothing(host.pause(studyId)),
    'study.stop': async ({ studyId, when }) =>
      (await optuna.askToStop(studyId)) ? null : nothing(host.stop(studyId, when)),
    'study.keepRunning': async ({ studyId }) => nothing(host.keepRunning(studyId)),
    'trial.cancel': async ({ studyId, number }) => nothing(host.cancelTrial(studyId, number)),
  }
}

/** Studies and trials as they are recorded. */
function recordHandlers({
  store,
  host,
}: MethodContext): Part<
  | 'study.list'
  | 'study.get'
  | 'study.outline'
  | 'study.against'
  | 'study.trials'
  | 'study.events'
  | 'study.curves'
  | 'study.stepTimes'
  | 'trial.get'
  | 'trial.resources'
> {
  return {
    'study.list': async () => host.rows(),
    'study.get': async ({ studyId }) => {
      const study = store.studyById(studyId)
      const { specification, source, environment, dataset } = study
      const winner = store.winner(studyId)
      const row = host.row(studyId, study)
      return {
        ...row,
        specification,
        source,
        environment,
        dataset,
        winner: winner && {
          trialNumber: winner.trialNumber,
          metrics: winner.metrics,
          looks: winner.looks,
        },
        metrics: store.metricNames(studyId),
        capabilities: studyCapabilities(specification),
        samplerWhy:
          row.program === null
            ? samplerWhy(specification, startsOf(specification.objective))
            : msg('sampler.ofProgram', { program: row.program }),
      }
    },
    'study.outline': async ({ studyId }) =>
      toStudyOutline(store.outline(studyId), host.isRunning(studyId)),
    'study.trials': async ({ studyId, from = 0, count = Number.MAX_SAFE_INTEGER }) =>
      store.trialsBetween(studyId, { from, below: from + count }).map(trial => {
        const row = toTrialRow(trial)
        return { ...row, state: shownState(row.state, host.isRunning(studyId)) }
      }),
    'study.against': async ({ studyId }) => {
      const trials = store.history(studyId, [], { reports: 'none' })
      return winnerInsightsOf(store, store.studyById(studyId), trials)
    },
    'study.events': async ({ studyId }) => store.events(studyId),
    'study.curves': async ({ studyId, metric, numbers }) =>
      numbers.map(number => ({ number, metric, ...store.curve(studyId, number, metric) })),
    'study.stepTimes': async ({ studyId, numbers }) =>
      numbers.map(number => store.stepTimes(studyId, number)),
    'trial.get': async ({ studyId, number }) => ({
      trial: store.trial(studyId, number),
      trainingCurves: store.trainingCurves(studyId, number),
      ...filesOfTrial(store, studyId, number),
      checkpoint: resumableCheckpoint(store, studyId, number),
    }),
    'trial.resources': async ({ studyId, number }) => store.resources(studyId, number),
  }
}
