import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { BrowserWindow, Dialog, OpenDialogOptions } from 'electron'
import { formatBytes } from '../i18n/format-number.ts'
import type { Translate } from '../i18n/translate.ts'

/** As much as a call may carry. */
const LARGEST_STUDY_FILE_BYTES = 2 * 1024 * 1024

export interface StudyFile {
  readonly name: string
  readonly text: string
}

type Chooser = Pick<Dialog, 'showOpenDialog' | 'showErrorBox'>

/** Lets a person choose a study file. @returns its text; null if none was chosen or it cannot be read */
export async function openStudyFile(
  dialog: Chooser,
  window: BrowserWindow,
  t: Translate,
): Promise<StudyFile | null> {
  const file = await choose(dialog, window, {
    title: t('desktop.chooseStudyFile'),
    filters: [
      { name: t('desktop.studyFiles'), extensions: ['yaml', 'yml', 'json'] },
      { name: t('desktop.allFiles'), extensions: ['*'] },
    ],
  })
  if (file === null) return null
  const name = path.basename(file)
  try {
    const { size } = await stat(file)
    if (size > LARGEST_STUDY_FILE_BYTES) {
      dialog.showErrorBox(t('desktop.chooseStudyFile'), t('desktop.fileTooLarge', { name, limit: formatBytes(LARGEST_STUDY_FILE_BYTES) })) // prettier-ignore
      return null
    }
    return { name, text: await readFile(file, 'utf8') }
  } catch (error) {
    dialog.showErrorBox(t('desktop.chooseStudyFile'), error instanceof Error ? error.message : name)
    return null
  }
}

/** Lets a person choose a file or a folder of data. @returns its path; null if none was chosen */
export async function chooseData(
  dialog: Chooser,
  window: BrowserWindow,
  kind: 'file' | 'folder',
  t: Translate,
): Promise<string | null> {
  return kind === 'folder'
    ? choose(dialog, window, {
        title: t('desktop.chooseDataFolder'),
        properties: ['openDirectory'],
      })
    : choose(dialog, window, {
        title: t('desktop.chooseDataFile'),
        filters: [{ name: t('desktop.allFiles'), extensions: ['*'] }],
      })
}

async function choose(
  dialog: Chooser,
  window: BrowserWindow,
  options: OpenDialogOptions,
): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    properties: ['openFile'],
    ...options,
  })
  return canceled ? null : (filePaths[0] ?? null)
}
