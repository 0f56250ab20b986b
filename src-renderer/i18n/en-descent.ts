/** Texts about studies that follow gradients. */
export const enDescent = {
  title: 'Descent along the gradient',
  text: 'The loss that the gradient goes down, and that of rows it never sees. Where they part, the search fits the rows it sees.',
  validationLoss: 'rows that the gradient sees',
  holdoutLoss: 'rows that it does not see',
  loss: 'loss',
  gradient: 'Gradient',
  mode: 'Mode',
  modes: {
    forward: 'forward: carried along with the training',
    reverse: 'reverse: back through the steps',
    implicit: 'implicit: at the minimum',
    online: 'online: the learning rate follows it',
    none: 'none',
  },
  norm: 'Norm',
  selfTest: 'Self-test error',
  selfTestHelp: 'Largest relative difference from finite differences, on this model and engine',
  derivative: 'Derivative',
  derivatives: 'Derivatives by parameter',
  derivativeHelp: 'Of the loss on rows that the gradient sees, per unit of the parameter',
}
