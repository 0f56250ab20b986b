import { shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import type { StudyRow } from '../../../src-main/features/studies/common/rows.ts'
import { call } from '../../bridge/call.ts'
import { t } from '../../composables/localize.ts'
import { reportErrors } from '../../composables/report-errors.ts'
import { useNotices } from '../../stores/notices.ts'
import { steer } from '../interventions/steer.ts'

/** What a person does with a study as a whole, in the list and on its page. */
export const manageActions = ['duplicate', 'rename', 'labels', 'archive', 'delete'] as const
export type ManageAction = (typeof manageActions)[number]

/** @param onDeleted after the study went into the bin */
export function useStudyManagement(onDeleted: () => void = () => undefined) {
  const router = useRouter()
  const notices = useNotices()
  /** Whose name is being changed; null: none is. */
  const renaming = shallowRef<StudyRow | null>(null)
  /** Whose tags and note are being changed; null: none are. */
  const labeling = shallowRef<StudyRow | null>(null)

  /** Into the bin; the undo takes it out again. */
  async function remove({ id: studyId, name }: StudyRow): Promise<void> {
    await call('study.delete', { studyId })
    const undo = (): Promise<unknown> => call('study.restore', { studyId })
    notices.show({ text: t('steering.deleted', { name }), undo })
    onDeleted()
  }

  function manage(action: ManageAction, study: StudyRow): void {
    const { id: studyId, name, labels } = study
    if (action === 'rename') renaming.value = study
    else if (action === 'labels') labeling.value = study
    else if (action === 'duplicate') {
      void router.push({ name: 'newStudy', query: { copy: studyId } })
    } else if (action === 'delete') void reportErrors(() => remove(study))
    else {
      const archived = !labels.archived
      const text = t(archived ? 'studies.archivedNow' : 'studies.unarchivedNow', { name })
      void steer('study.label', { studyId, labels: { archived } }, text)
    }
  }

  return { renaming, labeling, manage }
}

export function manageText(action: ManageAction, { labels }: Pick<StudyRow, 'labels'>): string {
  switch (action) {
    case 'rename':
      return t('menu.opens', { name: t('studies.rename') })
    case 'labels':
      return t('studies.editLabels')
    case 'archive':
      return t(labels.archived ? 'studies.unarchive' : 'studies.archive')
    default:
      return t(`studies.${action}`)
  }
}
