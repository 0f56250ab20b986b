import { onUnmounted, ref, shallowRef, watch } from 'vue'
import { useRouter } from 'vue-router'
import { callDesktop, followDesktop } from '../bridge/desktop.ts'
import { usePreferences } from '../stores/preferences.ts'

/** A study file that was opened from the desktop's menu and waits for the form; null: none does. */
export const openedStudyFile = ref<string | null>(null)

/** A study of elsewhere that was opened on the desktop and waits for the dialog of imports; null: none does. */
export const openedImport = shallowRef<{ readonly name: string; readonly base64: string } | null>(
  null,
)

/** Ties the page to the desktop host: its menus lead here, and its frame follows language and theme. */
export function useDesktop(): void {
  const router = useRouter()
  const preferences = usePreferences()
  const stop = followDesktop(message => {
    if (message.type === 'show') void router.push(message.path)
    else if (message.type === 'studyFile') {
      openedStudyFile.value = message.text
      void router.push({ name: 'newStudy' })
    } else if (message.type === 'import') {
      openedImport.value = message.file
      void router.push({ name: 'studies' })
    }
  })
  watch(
    () => ({ language: preferences.language, theme: preferences.theme }),
    appearance => void callDesktop('desktop.appearance', appearance),
    { immediate: true },
  )
  onUnmounted(stop)
}
