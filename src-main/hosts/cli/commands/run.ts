import { inMetricWords } from '../../../core/i18n/metric-label.ts'
import { dataRemarks } from '../../../core/data/dataset.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { parseWithProblems } from '../../../core/errors/schema-problems.ts'
import { checkName } from '../../../core/study/keys/name.ts'
import { MAX_TRIALS } from '../../../core/study/keys/stop.ts'
import {
  type StudySpecification,
  studySpecificationSchema,
} from '../../../core/study/study-specification.ts'
import { sum } from '../../../math/numbers.ts'
import { samplerWhy } from '../../../search/sampler-why.ts'
import { buildSpace } from '../../../search/space/build-space.ts'
import { readAssignment } from '../../../search/space/fix-parameters.ts'
import { type Force, requireFree } from '../../../platform/files/write-output.ts'
import {
  createStudy,
  readStudyFile,
  taskSpaceRemarks,
} from '../../../features/studies/node/create-study.ts'
import { forecastStudy } from '../../../features/studies/node/forecast-study.ts'
import { goalWarnings } from '../../../features/studies/node/goal-warnings.ts'
import { checkStudy } from '../../../features/studies/node/study-check.ts'
import { startsOf, tasks } from '../../../training/tasks/registry.ts'
import { boosterRemarks } from '../../../engines/booster-remarks.ts'
import {
  type AddCommands,
  type CliContext,
  wholeNumber,
  withStore,
} from '../../../features/command-line/context.ts'
import { forecastLine } from '../../../features/studies/cli/forecast-line.ts'
import { formatOfFile, reportFiles } from '../../../features/command-line/output-format.ts'
import { runSession } from './session.ts'
import { askForTrust, moduleSpaceReader } from '../../../features/code-trust/cli/command.ts'

interface SessionOptions extends Force {
  readonly report?: string
  readonly name?: string
  /** `name=value`, each. */
  readonly fix?: readonly string[]
  /** How many trials, in place of `stop.trials`; as it was typed. */
  readonly trials?: string
}

export const addCommands: AddCommands = (program, t) => {
  program
    .command('run')
    .description(t('cli.help.run'))
    .argument('<file>', t('cli.help.studyFile'))
    .option('--name <name>', t('cli.help.run.name'))
    .option(
      '--fix <name=value>',
      t('cli.help.run.fix'),
      (text: string, before: readonly string[] = []) => [...before, text],
    )
    .option('--trials <count>', t('cli.help.run.trials'))
    .option('--report <file>', t('cli.help.run.report'))
    .option('--force', t('cli.help.force'))
    .run(async (context, file: string, options: SessionOptions) => {
      checkReportFile(options)
      await runStudyFile(context, file, options)
    })

  program
    .command('resume')
    .description(t('cli.help.resume'))
    .argument('<study>', t('cli.help.study'))
    .option('--report <file>', t('cli.help.run.report'))
    .option('--force', t('cli.help.force'))
    .run(async (context, name: string, options: SessionOptions) => {
      checkReportFile(options)
      await withStore(context, async store => {
        const { trials, ...study } = store.findStudy(name)
        const { project } = study.environment
        if (project !== undefined) {
          await askForTrust(context, study.specification, project.studyDirectory)
        }
        const trialCount = sum(Object.values(trials))
        const greeting = [
          context.t('cli.studyResumed', { name: study.name, trials: trialCount }),
          context.t.format(
            samplerWhy(study.specification, startsOf(study.specification.objective)),
          ),
        ].join('\n')
        await runSession(context, store, study, greeting, options.report ?? null)
      })
    })
}

/** Before anything is run. @throws AppError `usage.invalid` where the name of the HTML report says that it is something else;
 *  `file.exists` */
function checkReportFile({ report: file, ...options }: SessionOptions): void {
  if (file !== undefined) formatOfFile({ ...reportFiles, option: '--report' }, 'html', file)
  requireFree(file, options)
}

/** `run` without the command line around it; the quickstart uses it too. */
export async function runStudyFile(
  context: CliContext,
  file: string,
  options: SessionOptions,
): Promise<void> {
  const trials =
    options.trials === undefined ? null : wholeNumber(options.trials, '--trials', 1, MAX_TRIALS)
  const checked = await readStudyFile(file, moduleSpaceReader(context))
  const fixed = withTrials(withFixed(checked.specification, options.fix ?? []), trials)
  const named = {
    ...checked,
    specification:
      options.name === undefined ? fixed : { ...fixed, name: checkNewName(options.name) },
  }
  await askForTrust(context, named.specification, named.directory)
  await withStore(context, async store => {
    const study = await createStudy({
      file: named,
      store,
      datasetCacheDirectory: context.workspace.datasetCacheDirectory,
      trustFile: context.workspace.trustFile,
      machineFile: context.workspace.machineFile,
      secretsFile: context.workspace.secretsFile,
      now: context.now,
    })
    const packs = await boosterRemarks(study.specification)
    const { databasePath } = context.workspace
    const disk = await forecastStudy(study.specification, study.dataset, databasePath)
    const words = inMetricWords(context.t, study.specification.objective)
    const greeting = [
      context.t('cli.studyStarted', { name: study.name, database: databasePath }),
      context.t.format(samplerWhy(study.specification, startsOf(study.specification.objective))),
      ...[...taskSpaceRemarks(checked, study.specification.folds), ...packs].map(context.t.format),
      ...goalWarnings(study.specification).map(warning => words('cli.warning', { warning })),
      ...dataRemarks(study.dataset).map(context.t.format),
      forecastLine(disk, context.t),
    ].join('\n')
    await runSession(context, store, study, greeting, options.report ?? null)
  })
}

/** @throws AppError `specification.invalid` */
function withFixed(
  specification: StudySpecification,
  assignments: readonly string[],
): StudySpecification {
  if (assignments.length === 0) return specification
  const space = buildSpace(specification.space)
  const entries = assignments.map(text => {
    const assignment = readAssignment(space, text)
    if (assignment !== null) return assignment
    const problem = { path: [], value: text, rule: msg('rule.nameValue') }
    throw new AppError('specification.invalid', { file: '--fix', problems: [problem] })
  })
  const fix = { ...specification.fix, ...Object.fromEntries(entries) }
  return checkedAgain({ ...specification, fix }, '--fix')
}

/** Other ends of the study stay as they are. @throws AppError `specification.invalid` */
function withTrials(specification: StudySpecification, trials: number | null): StudySpecification {
  if (trials === null) return specification
  return checkedAgain({ ...specification, stop: { ...specification.stop, trials } }, '--trials')
}

/** @throws AppError `specification.invalid` that names the option */
function checkedAgain(specification: StudySpecification, option: string): StudySpecification {
  const checked = checkStudy(specification, { tasks })
  if (checked.ok) return checked.specification
  throw new AppError('specification.invalid', { file: option, problems: checked.problems })
}

function checkNewName(name: string): string {
  const checked = parseWithProblems(studySpecificationSchema.shape.name, name, ['name'])
  const problems = checked.ok ? checkName(name) : checked.problems
  if (problems.length === 0) return name
  throw new AppError('specification.invalid', { file: '--name', problems })
}
