# An R program without any helper or package: a ridge regression on mtcars, validated by ten folds.
# Parameters come as arguments, the value goes out as one line of JSON.
arguments <- as.numeric(commandArgs(trailingOnly = TRUE))
penalty <- arguments[1]
degree <- arguments[2]
# Seeds go up to 2^32 - 1; those of R are integers of 32 bits with a sign.
set.seed(as.numeric(Sys.getenv("TUNEWRIGHT_SEED", "1")) %% .Machine$integer.max)

weight <- as.numeric(scale(mtcars$wt))
power <- as.numeric(scale(mtcars$hp))
inputs <- cbind(1, outer(weight, 1:degree, `^`), outer(power, 1:degree, `^`))
target <- mtcars$mpg
fold <- sample(rep(1:10, length.out = nrow(inputs)))
errors <- sapply(1:10, function(held) {
  seen <- fold != held
  left <- crossprod(inputs[seen, ]) + penalty * diag(ncol(inputs))
  beta <- solve(left, crossprod(inputs[seen, ], target[seen]))
  (target[!seen] - inputs[!seen, , drop = FALSE] %*% beta)^2
})
cat(sprintf("{\"step\": 1, \"error\": %.17g}\n", sqrt(mean(unlist(errors)))))
