import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Dialog } from 'electron'
import type { DesktopPush } from '../../features/desktop/common/desktop.ts'
import { isImportName, LARGEST_IMPORT_BYTES } from '../../core/study/import.ts'
import { formatBytes } from '../../core/i18n/format-number.ts'
import type { Translate } from '../../core/i18n/translate.ts'

/** As much as a call may carry. */
const LARGEST_STUDY_FILE_BYTES = 2 * 1024 * 1024

export const studyFileEndings: readonly string[] = ['yaml', 'yml', 'json']

/**
 * The message to the page about a file or folder that a person opened: a study file for the form, a bundle or database for
 * the dialog of imports, all else for the form as data, which are named by their path.
 * @returns null for one that cannot be read, after a box has said so
 */
export async function pushOfFile(
  file: string,
  dialog: Pick<Dialog, 'showErrorBox'>,
  t: Translate,
): Promise<DesktopPush | null> {
  const name = path.basename(file)
  const ending = path.extname(file).slice(1).toLowerCase()
  const isStudyFile = studyFileEndings.includes(ending)
  const refuse = (text: string): null => {
    dialog.showErrorBox(t('desktop.cannotOpen', { name }), text)
    return null
  }
  try {
    const stats = await stat(file)
    const isImport = isImportName(name)
    if (stats.isDirectory() || (!isStudyFile && !isImport)) {
      return { type: 'show', path: `/studies/new?data=${encodeURIComponent(file)}` }
    }
    if (!stats.isFile()) return refuse(t('desktop.noFile'))
    const limit = isStudyFile ? LARGEST_STUDY_FILE_BYTES : LARGEST_IMPORT_BYTES
    if (stats.size > limit) {
      const values = { limit: formatBytes(limit) }
      return refuse(
        isStudyFile ? t('desktop.fileTooLarge', values) : t('desktop.importTooLarge', values),
      )
    }
    const bytes = await readFile(file)
    return isStudyFile
      ? { type: 'studyFile', text: bytes.toString('utf8') }
      : { type: 'import', file: { name: name.slice(0, 255), base64: bytes.toString('base64') } }
  } catch (error) {
    return refuse(error instanceof Error ? error.message : name)
  }
}
