import { fileLabel } from '../../../analysis/summary/artifact-name.ts'
import { type ListedFile, listFiles } from '../../../analysis/summary/list-files.ts'
import { lossesOf } from '../../../core/trial/ranking.ts'
import type { StudySnapshot } from '../../../core/study/study.ts'
import type { TrialRecord } from '../../../core/trial/trial.ts'
import { formatBytes } from '../../../core/i18n/format-number.ts'
import { showing, table } from '../figure.ts'
import { markup, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import type { SectionDefinition } from '../section-definition.ts'
import { breakable, code, trialLink } from '../values.ts'

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

function build(context: ReportContext): Markup {
  const { t, snapshot } = context
  const { files, shownTrials, trialsWithFiles } = shownFiles(snapshot)
  const listed = shownTrials.flatMap(({ trial }) =>
    files.filter(({ trialNumber }) => trialNumber === trial.number).map(file => ({ trial, file })),
  )
  const rows = listed
    .slice(0, MAX_ROWS)
    .map(({ trial, file: { name, step, media, bytes } }) => [
      trialLink(trial, String(trial.number)),
      breakable(name),
      step ?? '–',
      t(`files.type.${media.type}`),
      formatBytes(bytes),
    ])
  const title = (text: string, numeric = false) => ({ title: text, numeric })
  const columns = [
    'trial' as const,
    title(t('files.file')),
    title(t('files.step'), true),
    title(t('files.type')),
    title(t('files.size'), true),
  ]
  return markup`${showing(t, shownTrials.length, trialsWithFiles)}${shownTrials.map(
    ({ trial, pictures, allPictures }) =>
      pictures.length === 0
        ? null
        : markup`<h3>${trialLink(trial, t('trials.details', { number: trial.number }))}</h3>
<div class="thumbnails">${pictures.map(file => picture(context, file))}</div>${showing(t, pictures.length, allPictures)}`,
  )}
${table(t, t('report.artifacts.heading'), columns, rows)}${showing(t, rows.length, listed.length)}`
}

/** A small picture with its name, or the name alone where it could not be read. */
function picture({ thumbnails, t }: ReportContext, file: ListedFile): Markup {
  const bytes = thumbnails?.get(thumbnailKey(file))
  const label = fileLabel(file, t)
  return markup`<figure class="thumbnail">${
    bytes === undefined
      ? code('–')
      : markup`<img alt="${label}" src="data:image/jpeg;base64,${bytes}">`
  }<figcaption>${breakable(label)}</figcaption></figure>`
}

export function thumbnailKey({
  trialNumber,
  kind,
}: Pick<ListedFile, 'trialNumber' | 'kind'>): string {
  return `${trialNumber}/${kind}`
}
