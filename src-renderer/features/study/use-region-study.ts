import { ElMessage } from 'element-plus'
import { useRouter } from 'vue-router'
import { narrowSpace } from '../../../src-main/analysis/parallel/narrow-space.ts'
import { writeStudyYaml } from '../../../src-main/interop/study-file/write-study-yaml.ts'
import { openedStudyFile } from '../../composables/use-desktop.ts'
import { useAnalysis } from '../../stores/analysis.ts'
import { useLiveStudy } from '../../stores/live-study.ts'
import { useStudies } from '../../stores/studies.ts'
import { freeName } from '../studies/free-name.ts'
import { t } from '../../composables/texts.ts'

/** Opens the form for a new study over what is brushed. */
export function useRegionStudy(): () => void {
  const live = useLiveStudy()
  const analysis = useAnalysis()
  const studies = useStudies()
  const router = useRouter()
  return () => {
    const { study } = live
    if (study === null) return
    const { specification } = study
    const { space, unchanged } = narrowSpace(specification.space, analysis.axes, analysis.parts)
    const taken = new Set(studies.rows.map(({ name }) => name))
    const name = freeName(`${study.name}-region`, taken)
    // Points and earlier studies belong to the old space.
    const narrowed = { ...specification, name, space, enqueue: [], learnFrom: [] }
    openedStudyFile.value = writeStudyYaml(narrowed)
    if (unchanged.length > 0) {
      const message = t('analysis.unchanged', { names: unchanged.join(', ') })
      ElMessage({ message, duration: 8_000 })
    }
    void router.push({ name: 'newStudy' })
  }
}
