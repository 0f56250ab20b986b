import { isTextField } from './is-text-field.ts'
import { useEventListener } from '@vueuse/core'
import { parse } from 'yaml'
import { useRouter } from 'vue-router'
import { shallowRef } from 'vue'
import { isObject } from '../../src-main/core/values/json.ts'
import { isImportName } from '../../src-main/core/study/import.ts'
import { readBase64 } from '../features/studies/read-base64.ts'
import { areOfScript } from '../features/script/start-script.ts'
import { isStudyFileName, looksLikeTable } from '../features/new-study/data-files.ts'
import { aloneFiles, readDroppedFiles, type TakenFile } from './read-dropped-files.ts'
import { openedImport, openedStudyFile } from './use-desktop.ts'
import { reportErrors } from './report-errors.ts'

/** Files of data that were dropped or pasted and wait for the form; null: none do. */
export const takenFiles = shallowRef<readonly TakenFile[] | null>(null)

/** A script that was dropped or pasted, with what lies beside it, and waits for the form; null: none does. */
export const takenScript = shallowRef<readonly TakenFile[] | null>(null)

/** Takes study files, scripts, data, and studies of elsewhere that are dropped or pasted anywhere in the window. */
export function useTakenFiles(): void {
  const router = useRouter()

  async function take(files: readonly TakenFile[]): Promise<void> {
    const [first] = files
    if (first === undefined) return
    if (files.length === 1 && isStudyFileName(first.file.name))
      openedStudyFile.value = await first.file.text()
    else if (files.length === 1 && first.within === '' && isImportName(first.file.name)) {
      openedImport.value = await readBase64(first.file)
      await router.push({ name: 'studies' })
      return
    } else if (areOfScript(files)) takenScript.value = files
    else takenFiles.value = files
    await router.push({ name: 'newStudy' })
  }

  useEventListener('dragover', event => {
    if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault()
  })
  useEventListener('drop', event => {
    const transfer = event.dataTransfer
    // A part of the page that takes files itself stops the event.
    if (transfer === null || transfer.files.length === 0) return
    event.preventDefault()
    void reportErrors(async () => take(await readDroppedFiles(transfer)))
  })
  useEventListener('paste', event => {
    if (isTextField(event.target)) return
    const files = [...(event.clipboardData?.files ?? [])]
    const text = event.clipboardData?.getData('text/plain') ?? ''
    if (files.length > 0) void reportErrors(() => take(aloneFiles(files)))
    else if (isStudyText(text)) {
      openedStudyFile.value = text
      void router.push({ name: 'newStudy' })
    } else if (looksLikeTable(text)) {
      const table = new File([text], 'pasted.csv', { type: 'text/csv' })
      void reportErrors(() => take(aloneFiles([table])))
    }
  })
}

function isStudyText(text: string): boolean {
  if (!text.includes('objective')) return false
  try {
    const read: unknown = parse(text)
    return isObject(read) && 'objective' in read
  } catch {
    return false
  }
}
