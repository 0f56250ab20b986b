import { columns } from '../networks/column-importance.ts'
import { predict } from '../networks/predict.ts'
import { serve } from '../processes/serve.ts'

/** Entry of the process that uses a model on new data. */
serve('predict', { predict, columns })
