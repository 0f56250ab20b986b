import type { MetricLogName } from '../../core/metric-logs/metric-logs.ts'
import { csv } from './csv/csv.ts'
import { jsonLines } from './json-lines/json-lines.ts'
import type { MetricLogFormat } from './metric-log.ts'
import { mlflow } from './mlflow/mlflow.ts'
import { tensorboard } from './tensorboard/tensorboard.ts'
import { trackio } from './trackio/trackio.ts'
import { trainerState } from './trainer-state/trainer-state.ts'
import { wandb } from './wandb/wandb.ts'

export const metricLogFormats: Readonly<Record<MetricLogName, MetricLogFormat>> = {
  tensorboard,
  wandb,
  mlflow,
  trackio,
  trainerState,
  csv,
  jsonLines,
}
