import type { BrowserWindow, Dialog, OpenDialogOptions } from 'electron'
import type { Translate } from '../../core/i18n/translate.ts'
import { studyFileEndings } from './opened-files.ts'

type Chooser = Pick<Dialog, 'showOpenDialog'>

/** Lets a person choose a study file. @returns its path; null if none was chosen */
export async function chooseStudyFile(
  dialog: Chooser,
  window: BrowserWindow,
  t: Translate,
): Promise<string | null> {
  return choose(dialog, window, {
    title: t('desktop.chooseStudyFile'),
    filters: [
      { name: t('desktop.studyFiles'), extensions: [...studyFileEndings] },
      { name: t('desktop.allFiles'), extensions: ['*'] },
    ],
  })
}

/** Lets a person choose a database of ours; a name that is not there yet makes a new one. */
export async function chooseDatabase(
  dialog: Chooser,
  window: BrowserWindow,
  t: Translate,
): Promise<string | null> {
  return choose(dialog, window, {
    title: t('desktop.chooseDatabase'),
    filters: [
      { name: t('desktop.databases'), extensions: ['sqlite'] },
      { name: t('desktop.allFiles'), extensions: ['*'] },
    ],
    // On Windows, where the name is typed.
    properties: ['openFile', 'promptToCreate'],
  })
}

/** Lets a person choose a file or a folder of data, or where a kit goes. @returns its path; null if none was chosen */
export async function chooseData(
  dialog: Chooser,
  window: BrowserWindow,
  kind: 'file' | 'folder' | 'kitFolder',
  t: Translate,
): Promise<string | null> {
  if (kind === 'kitFolder')
    return choose(dialog, window, {
      title: t('desktop.chooseKitFolder'),
      properties: ['openDirectory', 'createDirectory'],
    })
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

/** Says which database is open and asks whether to start again with the other one. */
export async function askForOtherDatabase(
  dialog: Pick<Dialog, 'showMessageBox'>,
  { current, file }: { readonly current: string; readonly file: string },
  t: Translate,
): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: t('desktop.otherDatabase', { file }),
    detail: t('desktop.otherDatabaseDetail', { file: current }),
    buttons: [t('desktop.openDatabase'), t('desktop.cancel')],
    defaultId: 0,
    cancelId: 1,
  })
  return response === 0
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
