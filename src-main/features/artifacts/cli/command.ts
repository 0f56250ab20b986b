import { constants } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { unwritable } from '../../../core/errors/unwritable.ts'
import { distinctPath, partsOf, portableName } from '../../../platform/files/own-path.ts'
import { formatBytes } from '../../../core/i18n/format-number.ts'
import { type ListedFile, listFiles } from '../../../analysis/summary/list-files.ts'
import { type AddCommands, wholeNumber, withReader } from '../../command-line/context.ts'
import { formatTable } from '../../command-line/table.ts'

interface Options {
  readonly output?: string
  readonly force?: true
}

export const addCommands: AddCommands = (program, t) => {
  program
    .command('files')
    .description(t('cli.help.files'))
    .argument('<study>', t('cli.help.study'))
    .argument('[trial]', t('cli.help.trial'))
    .option('-o, --output <folder>', t('cli.help.files.output'))
    .option('--force', t('cli.help.files.force'))
    .run(async (context, name: string, trial: string | undefined, options: Options) => {
      const number = trial === undefined ? null : wholeNumber(trial, 'trial')
      await withReader(context, async reader => {
        const { id } = reader.findStudy(name)
        const files = listFiles(reader.artifacts(id)).filter(
          ({ trialNumber }) => number === null || trialNumber === number,
        )
        const remarks = [...reader.remarks(id)].filter(([of]) => number === null || of === number)
        const { output, force } = options
        if (output !== undefined) {
          const targets = new Set<string>()
          for (const file of files) {
            await copyOut(file, distinctPath(targetOf(file, output), targets), force === true)
          }
        }
        const publicFiles = files.map(({ path: _, previewPath: __, ...file }) => file)
        const rows = files.map(({ trialNumber, step, name: file, media, bytes }) => [
          String(trialNumber),
          step === null ? '' : String(step),
          JSON.stringify(file).slice(1, -1),
          t(`files.type.${media.type}`),
          formatBytes(bytes),
        ])
        const head = [
          t('trials.number'),
          t('files.step'),
          t('files.file'),
          t('files.type'),
          t('files.size'),
        ]
        const remarkLines = remarks.flatMap(([of, { notes, attributes, leftOut }]) => [
          ...notes.map(note => t('files.noteOf', { trial: of, note: indented(note) })),
          ...Object.entries(attributes).map(([key, value]) =>
            t('files.attributeOf', { trial: of, key, value: JSON.stringify(value) }),
          ),
          ...leftOut.map(({ name: leftOutName, reason }) =>
            t('files.leftOutOf', {
              trial: of,
              name: leftOutName === '' ? undefined : JSON.stringify(leftOutName).slice(1, -1),
              reason,
            }),
          ),
        ])
        const table = files.length === 0 ? t('files.none') : formatTable(head, rows)
        context.printValues(
          [table, ...remarkLines].join('\n'),
          ...publicFiles,
          ...remarks.map(([of, remark]) => ({ trialNumber: of, ...remark })),
        )
        if (output !== undefined) {
          context.print(t('files.copied', { count: files.length, path: path.resolve(output) }))
        }
      })
    })
}

/** What a program wrote into further lines must not look like a line of ours. */
function indented(note: string): string {
  return note.replaceAll(/\r\n|[\n\r]/g, '\n    ')
}

/** Where a file is copied to: below the number of its trial, with a name that every system has and shows. */
function targetOf(file: ListedFile, output: string): string {
  const step = file.step === null ? '' : `step-${file.step}/`
  const parts = partsOf(`${file.trialNumber}/${step}${file.name}`) ?? [
    String(file.trialNumber),
    path.basename(file.path),
  ]
  return path.resolve(output, ...parts.map(portableName))
}

/** @throws AppError `file.exists`, `file.unwritable` */
async function copyOut(file: ListedFile, target: string, force: boolean): Promise<void> {
  try {
    await mkdir(path.dirname(target), { recursive: true })
    await copyFile(file.path, target, force ? 0 : constants.COPYFILE_EXCL)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(target, error)
    throw new AppError('file.exists', { path: target, rule: msg('rule.forceOverwrites') }, error)
  }
}
