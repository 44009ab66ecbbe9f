"""The report over REST: a page once there is a verdict, a problem before."""

from ridgeline.report import sent_policy
from ridgeline.spec.states import EndReason
from ridgeline.spec.views import FinalProgress


def test_it_is_a_page_once_there_is_a_verdict_and_worth_waiting_for_before(client, study, worker, a_verdict):
    path = f"/v1/studies/{study['id']}/report"
    early = client.get(path)
    assert (early.status_code, early.headers["Retry-After"]) == (409, "5")
    assert early.json()["type"] == "urn:ridgeline:problem:not_ready"

    claim = worker.claim(study["id"])
    worker.train(claim, [("none", {}, 0.5), ("l2", {"strength": 0.01}, 0.4), ("dropout", {"rate": 0.2}, 0.6)])
    progress = FinalProgress(contenders=3, evaluations=40, evaluations_done=0)
    worker.store.finals.begin(claim, EndReason.BUDGET, progress, max_trials=None, running_seconds=3.0)
    verdict = a_verdict(study["id"])
    worker.store.finals.conclude(claim, verdict, test_part=None, running_seconds=4.0)

    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == sent_policy()
    assert answer.headers["Content-Disposition"] == f'inline; filename="ridgeline-{study["id"]}.html"'
    assert verdict.paragraph in answer.text
    client.patch(f"/v1/studies/{study['id']}", json={"name": "<b>renamed</b>"})
    assert "<h1>&lt;b&gt;renamed&lt;/b&gt;</h1>" in client.get(path).text


def test_it_never_comes_for_a_cancelled_study(client, study):
    client.post(f"/v1/studies/{study['id']}/cancel")
    answer = client.get(f"/v1/studies/{study['id']}/report")
    assert (answer.status_code, "Retry-After" in answer.headers) == (409, False)
    assert "it was cancelled" in answer.json()["detail"]


def test_nothing_has_one_that_is_no_study(client):
    assert client.get("/v1/studies/nope/report").status_code == 404
