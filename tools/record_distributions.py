"""Records to which parameters of each distribution a gradient comes, through each of its methods, under TF 1.15.

    python3.7 tools/record_distributions.py > scopelint/apis/tables/distributions.txt

A row is a distribution, and `method:parameter parameter` for each method; `method!Error` where it is not implemented.
"""
# ruff: noqa: B905, E501, UP031, SIM905

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

dist = tf.contrib.distributions

PARAMETERS = {
    "loc scale": "Normal Laplace Cauchy Logistic NormalWithSoftplusScale LaplaceWithSoftplusScale",
    "df loc scale": "StudentT StudentTWithAbsDfSoftplusScale",
    "concentration rate": "Gamma InverseGamma GammaWithSoftplusConcentrationRate",
    "concentration1 concentration0": "Beta Kumaraswamy BetaWithSoftplusConcentration",
    "low high": "Uniform",
    "rate": "Exponential ExponentialWithSoftplusRate Poisson",
    "df": "Chi2",
    "scale": "HalfNormal",
    "logits": "Bernoulli Categorical OneHotCategorical Geometric",
    "total_count logits": "Multinomial Binomial NegativeBinomial",
    "concentration": "Dirichlet",
    "total_count concentration": "DirichletMultinomial",
    "temperature logits": "RelaxedOneHotCategorical ExpRelaxedOneHotCategorical RelaxedBernoulli",
    "loc": "Deterministic VectorDeterministic",
    "loc scale_diag": "MultivariateNormalDiag MultivariateNormalDiagWithSoftplusScale VectorLaplaceDiag VectorExponentialDiag",
    "loc scale_tril": "MultivariateNormalTriL",
    "loc covariance_matrix": "MultivariateNormalFullCovariance",
    "loc scale_diag scale_perturb_factor": "MultivariateNormalDiagPlusLowRank",
}
SHAPES = {
    "temperature": [1],
    "total_count": [],
    "scale_tril": [2, 2],
    "covariance_matrix": [2, 2],
    "scale_perturb_factor": [2, 1],
}
METHODS = (
    "sample log_prob prob cdf log_cdf survival_function log_survival_function mean mode variance stddev covariance entropy "
    "quantile cross_entropy kl_divergence"
).split()


def value_of(made, method):
    if method in ("cross_entropy", "kl_divergence"):
        return getattr(made, method)(made)
    if method == "quantile":
        return made.quantile(0.5)
    if "cdf" in method or "survival" in method or "prob" in method:
        return getattr(made, method)(tf.ones(made.event_shape))
    return getattr(made, method)()


def cell(name, parameters, method):
    with tf.Graph().as_default():
        given = [tf.get_variable(each, SHAPES.get(each, [2])) for each in parameters]
        made = getattr(dist, name)(**dict(zip(parameters, given)))
        try:
            value = value_of(made, method)
        except NotImplementedError:
            return "%s!NotImplementedError" % method
        try:
            found = tf.gradients(value, given) if value.dtype.is_floating else [None] * len(given)
        except LookupError:
            found = [None] * len(given)
    passed = [each for each, gradient in zip(parameters, found) if gradient is not None]
    return "%s:%s" % (method, " ".join(passed))


def main():
    rows = []
    for parameters, names in PARAMETERS.items():
        for name in names.split():
            rows.append("\t".join([name] + [cell(name, parameters.split(), method) for method in METHODS]))
    print("\n".join(sorted(rows)))


if __name__ == "__main__":
    main()
