import { fileLabel } from '../../../analysis/summary/artifact-name.ts'
import { type ListedFile, listFiles } from '../../../analysis/summary/list-files.ts'
import { lossesOf } from '../../../core/trial/ranking.ts'
import type { StudySnapshot } from '../../../core/study/study.ts'
import type { TrialRecord } from '../../../core/trial/trial.ts'
import { formatBytes } from '../../../core/i18n/format-number.ts'
import type { ReportContext } from '../../../reports/sections/report-context.ts'
import type { SectionDefinition } from '../../../reports/sections/section-definition.ts'
import type { Block, Pictures } from '../../../reports/blocks/blocks.ts'
import { heading, showing, table, trialLink } from '../../../reports/blocks/make-blocks.ts'

/** Of the trials with files, so many of the best. */
const MAX_TRIALS = 4
/** Of each trial, the pictures of its last steps. */
const MAX_PICTURES = 8
const MAX_ROWS = 40

/** The files of a trial that a report shows. */
interface ShownFiles {
  readonly trial: TrialRecord
  readonly pictures: readonly ListedFile[]
  readonly allPictures: number
}

/** The trials whose files a report shows, the best first; a trial without a value comes after all that have one. */
export function shownFiles({ artifacts, trials, study }: StudySnapshot): {
  readonly files: readonly ListedFile[]
  readonly shownTrials: readonly ShownFiles[]
  readonly trialsWithFiles: number
} {
  const files = listFiles(artifacts)
  const numbers = new Set(files.map(({ trialNumber }) => trialNumber))
  const { goals } = study.specification
  const rank = (trial: TrialRecord): number => {
    const [loss = Number.NaN] = lossesOf(trial, goals)
    return trial.state !== 'complete' || Number.isNaN(loss) ? Infinity : loss
  }
  const withFiles = trials
    .filter(({ number }) => numbers.has(number))
    .map(trial => ({ trial, loss: rank(trial) }))
    .sort((a, b) => (a.loss < b.loss ? -1 : a.loss > b.loss ? 1 : a.trial.number - b.trial.number))
  const shownTrials = withFiles.slice(0, MAX_TRIALS).map(({ trial }) => {
    const pictures = files
      .filter(file => file.trialNumber === trial.number && file.previewPath !== null)
      .sort((a, b) => (b.step ?? Infinity) - (a.step ?? Infinity))
    return { trial, pictures: pictures.slice(0, MAX_PICTURES), allPictures: pictures.length }
  })
  return { files, shownTrials, trialsWithFiles: withFiles.length }
}

/** Pictures that the best trials left, and a list of all their files. */
export const artifactsSection: SectionDefinition<'artifacts'> = {
  id: 'artifacts',
  heading: 'report.artifacts.heading',
  isEmpty: ({ snapshot }) => listFiles(snapshot.artifacts).length === 0,
  build,
}

function build(context: ReportContext): readonly Block[] {
  const { t, snapshot } = context
  const { files, shownTrials, trialsWithFiles } = shownFiles(snapshot)
  const listed = shownTrials.flatMap(({ trial }) =>
    files.filter(({ trialNumber }) => trialNumber === trial.number).map(file => ({ trial, file })),
  )
  const rows = listed
    .slice(0, MAX_ROWS)
    .map(({ trial, file: { name, step, media, bytes } }) => [
      trialLink(trial),
      name,
      step ?? '–',
      t(`files.type.${media.type}`),
      formatBytes(bytes),
    ])
  return [
    ...showing(t, shownTrials.length, trialsWithFiles),
    ...shownTrials.flatMap(({ trial, pictures, allPictures }) =>
      pictures.length === 0
        ? []
        : [
            heading(trialLink(trial, t('trials.details', { number: trial.number }))),
            picturesOf(context, pictures),
            ...showing(t, pictures.length, allPictures),
          ],
    ),
    table(
      t,
      t('report.artifacts.heading'),
      [
        'trial',
        { title: t('files.file') },
        { title: t('files.step'), numeric: true },
        { title: t('files.type') },
        { title: t('files.size'), numeric: true },
      ],
      rows,
    ),
    ...showing(t, rows.length, listed.length),
  ]
}

function picturesOf({ thumbnails, t }: ReportContext, files: readonly ListedFile[]): Pictures {
  const pictures = files.map(file => ({
    label: fileLabel(file, t),
    jpeg: thumbnails?.get(thumbnailKey(file)) ?? null,
  }))
  return { kind: 'pictures', pictures }
}

export function thumbnailKey({
  trialNumber,
  kind,
}: Pick<ListedFile, 'trialNumber' | 'kind'>): string {
  return `${trialNumber}/${kind}`
}
