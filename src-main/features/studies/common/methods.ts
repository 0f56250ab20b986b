import type { Insight } from '../../../analysis/insights/insight.ts'
import { languages } from '../../../core/i18n/language.ts'
import { answer } from '../../../core/processes/call.ts'
import {
  ofStudy,
  ofTrial,
  studyId,
  studyText,
  trialNumber,
} from '../../../core/questions/request-fields.ts'
import type { EventRecord } from '../../../core/study/events.ts'
import type { ArtifactRecord } from '../../../core/study/study.ts'
import type { AttemptResources, StepTimes } from '../../../core/trial/resources.ts'
import type { TrialFile, TrialRemarks } from '../../../core/trial/trial-files.ts'
import type { TrainingCurves, TrialRecord } from '../../../core/trial/trial.ts'
import { method } from '../../api/common/method.ts'
import type { DiskForecast, DryRun, StudyPreview } from '../../../core/questions/study-preview.ts'
import type {
  Catalog,
  DataCheck,
  MetricPoints,
  ObjectiveDescription,
  SampleStudy,
  StudyCheck,
  StudyDetail,
  StudyOutline,
  StudyRow,
  TrialRow,
} from './rows.ts'
import { z } from 'zod'

/** Curves that one answer holds at most; the asker says of how many it shows them. */
export const CURVE_LIMIT = 200

/** Studies: checked before they are created, created, run, and read. */
export const studyMethods = {
  'app.catalog': method(answer<Catalog>, {}, { scope: 'read' }),
  'app.samples': method(
    answer<readonly SampleStudy[]>,
    { language: z.enum(languages) },
    { scope: 'read' },
  ),
  'objective.describe': method(
    answer<ObjectiveDescription>,
    {
      objective: z.record(z.string(), z.unknown()),
    },
    { scope: 'read' },
  ),
  'study.list': method(answer<readonly StudyRow[]>, {}, { scope: 'read' }),
  'study.get': method(answer<StudyDetail>, ofStudy, { scope: 'read' }),
  'study.check': method(answer<StudyCheck>, studyText, { scope: 'read' }),
  /** Takes as long as the data are read. */
  'study.checkData': method(answer<DataCheck>, studyText, { scope: 'read' }),
  'study.preview': method(answer<StudyPreview>, studyText, { scope: 'read' }),
  /** About how many bytes it will take; data that cannot be read are as good as none. */
  'study.forecast': method(answer<DiskForecast>, studyText, { scope: 'read' }),
  'study.dryRun': method(
    answer<DryRun>,
    // The name by which the two methods below know it while it runs.
    { ...studyText, run: z.string().min(1).max(64).exactOptional() },
    { scope: 'start' },
  ),
  /** What the program of a test run has printed so far; null where there is nothing, or no such run. */
  'study.dryRunOutput': method(
    answer<string | null>,
    { run: z.string() },
    { scope: null, changesNothing: true },
  ),
  'study.cancelDryRun': method(answer<null>, { run: z.string() }, { scope: null }),
  'study.create': method(
    answer<{ readonly studyId: number }>,
    { ...studyText, start: z.boolean() },
    { scope: 'start' },
  ),
  'study.start': method(answer<null>, ofStudy, { scope: 'start' }),
  'study.pause': method(answer<null>, ofStudy, { scope: 'steer' }),
  'study.stop': method(
    answer<null>,
    { studyId, when: z.enum(['now', 'afterRunning']) },
    { scope: 'steer' },
  ),
  'study.keepRunning': method(answer<null>, ofStudy, { scope: 'steer' }),
  'study.outline': method(answer<StudyOutline>, ofStudy, { scope: 'read' }),
  /** By number; of a large study in parts, each from a number on. */
  'study.trials': method(
    answer<readonly TrialRow[]>,
    {
      ...ofStudy,
      from: z.int().min(0).exactOptional(),
      count: z.int().min(1).exactOptional(),
    },
    { scope: 'read' },
  ),
  /** What speaks against relying on the best trial; empty while the study runs, and of several goals. */
  'study.against': method(answer<readonly Insight[]>, ofStudy, { scope: 'read' }),
  'study.events': method(answer<readonly EventRecord[]>, ofStudy, { scope: 'read' }),
  'study.curves': method(
    answer<readonly MetricPoints[]>,
    {
      studyId,
      metric: z.string().min(1).max(200),
      numbers: z.array(trialNumber).max(CURVE_LIMIT),
    },
    { scope: 'read' },
  ),
  /** By place in `numbers`; of a trial whose machine was not measured, null. */
  'study.stepTimes': method(
    answer<readonly (StepTimes | null)[]>,
    { studyId, numbers: z.array(trialNumber).max(CURVE_LIMIT) },
    { scope: 'read' },
  ),
  /** The further studies; they run one after the other. */
  'study.repeat': method(
    answer<{ readonly studyIds: readonly number[] }>,
    {
      studyId,
      count: z.int().min(1).max(50),
    },
    { scope: 'start' },
  ),
  'study.confirm': method(
    answer<{ readonly studyId: number }>,
    {
      studyId,
      top: z.int().min(2).max(20),
      trainings: z.int().min(2).max(50),
    },
    { scope: 'start' },
  ),
  'trial.get': method(answer<TrialDetail>, ofTrial, { scope: 'read' }),
  /** The use of its attempts; of one that runs, as of some seconds ago. */
  'trial.resources': method(answer<readonly AttemptResources[]>, ofTrial, { scope: 'read' }),
  'trial.cancel': method(answer<null>, ofTrial, { scope: 'steer' }),
} as const

export interface TrialDetail {
  readonly trial: TrialRecord
  /** Curves of its trainings after the first; those of the first are `trial.metrics`. */
  readonly trainingCurves: readonly TrainingCurves[]
  /** Without files that its program left; those are `files`. */
  readonly artifacts: readonly ArtifactRecord[]
  readonly files: readonly TrialFile[]
  readonly remarks: TrialRemarks
  /** The checkpoint that another trial can go on from; null: none is kept, or the trial still runs. */
  readonly checkpoint: { readonly step: number; readonly bytes: number } | null
}
