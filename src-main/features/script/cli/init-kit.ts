import path from 'node:path'
import { msg } from '../../../core/errors/message.ts'
import type { Translate } from '../../../core/i18n/translate.ts'
import { type CliContext, usageError } from '../../command-line/context.ts'
import { formatTable } from '../../command-line/table.ts'
import { isKitName, kitNames, kits } from '../common/kits.ts'
import { copyKit } from '../node/copy-kit.ts'

/** What `--kit` takes in place of a name. */
const LIST = 'list'

/** `init --kit`: lists the kits, or writes one into a folder. */
export async function initKit(
  context: CliContext,
  { name, folder }: { readonly name: string | true; readonly folder: string | undefined },
  t: Translate,
): Promise<void> {
  if (name === true || name === LIST) {
    listKits(context, t)
    return
  }
  if (!isKitName(name))
    throw usageError('--kit', name, msg('rule.oneOf', { values: [...kitNames, LIST].join(', ') }))
  const { packages, ran } = kits[name]
  const files = await copyKit(name, path.resolve(folder ?? name))
  if (context.json) {
    context.printJson({ kit: name, packages, ran, files })
    return
  }
  context.print(
    [
      ...files.map(file => t('cli.written', { file })),
      ...(ran ? [] : [t('kit.notRun')]),
      t('kit.next'),
      ...(packages.length === 0 ? [] : [`  pip install ${packages.join(' ')}`]),
      `  tunewright run ${shown(files[0] ?? '')}`,
    ].join('\n'),
  )
}

function listKits(context: CliContext, t: Translate): void {
  const rows = kitNames.map(name => ({ name, ...kits[name], about: t(`kit.about.${name}`) }))
  if (context.json) {
    context.printJson({ kits: rows })
    return
  }
  const head = [t('kit.columns.name'), t('kit.columns.library'), t('kit.columns.about')]
  const cells = rows.map(({ name, title, about, ran }) => [
    name,
    title,
    ran ? about : `${about} ${t('kit.notRun')}`,
  ])
  context.print(formatTable(head, cells))
}

/** A path as a terminal takes it. */
function shown(file: string): string {
  const relative = path.relative('.', file)
  const text = relative.startsWith('..') ? file : relative
  return /^[\w./\\:-]+$/.test(text) ? text : `"${text}"`
}
