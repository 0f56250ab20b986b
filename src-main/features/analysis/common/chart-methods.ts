import { z } from 'zod'
import { customChartSchema } from '../../../core/study/custom-chart.ts'
import { answer, call } from '../../../core/processes/call.ts'

/** What a person wants to see of a study. */
export const chartRequests = {
  /** The custom chart of a study, which its report draws, too; null: none. */
  'study.keepChart': call(answer<null>, {
    studyId: z.int().min(1),
    chart: customChartSchema.nullable(),
  }),
}
