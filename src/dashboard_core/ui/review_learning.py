"""Learning from reviewed labels: ask for a new model, compare it, adopt it, go back, relabel the store."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from dashboard_core.charts.wording import amount, day, plural
from dashboard_core.errors import DashboardCoreError, ModelError
from dashboard_core.store import Entry, Store
from dashboard_core.store.models import (
    PACKAGED,
    StoredModel,
    active_model,
    adopt,
    adoptions,
    model_damage,
    roll_back,
    stored_model,
    stored_models,
)
from dashboard_core.ui import data, learned, trouble
from dashboard_core.ui.links import plain
from dashboard_core.ui.review_people import reviewer, who

__all__ = ["learning_view"]

_PROBLEM: Final = "_learning_problem"
_SAID: Final = "_learning_said"
# How many learned models are listed, besides the one that labels.
_LISTED: Final = 5


def learning_view() -> None:
    """Draw what there is to learn from, what is under way, and the models that were learned."""
    from dashboard_core import learning

    reviewer()
    store = data.desk().store
    problem = st.session_state.pop(_PROBLEM, None)
    if problem:
        trouble.show(problem, "That could not be done.")
    said = st.session_state.pop(_SAID, "")
    if said:
        st.success(said, icon=":material/check:")
    st.caption(
        "The stance model can learn from what people decided. A part of the reviewed articles is kept back "
        "to compare the new model with the one that labels now. Nothing changes before somebody adopts it, "
        "and every adoption can be taken back."
    )
    now = learning.state(store)
    _active(store)
    if now.busy:
        _progress(now)
    else:
        _ended(now)
        _ask(store, learning.supply(store))
    _models(store)


def _active(store: Store) -> None:
    st.subheader("Which model labels", anchor=False)
    active = active_model(store)
    damaged = model_damage(store)
    if not active:
        st.markdown("The model that this product brings along.")
    else:
        _adopted(store, active)
    if damaged:
        error = ModelError(store.path, damaged, "Restore these folders from a backup.")
        trouble.show(error, "A learned model is damaged.")
    version = learned.active_version(store)
    others = learned.other_labels(store, version) if version else 0
    if others:
        st.markdown(
            f"**{amount(others)}** of the machine's labels in the store come from another model. Labels that "
            "people decided stay as they are whatever the model."
        )
        st.button(
            "Relabel the store with this model",
            key="relabel",
            icon=":material/refresh:",
            on_click=_start,
            args=("relabel",),
            help="Reads every article again, in the background, and says which labels changed. "
            "On the command line: stances update",
        )


def _adopted(store: Store, active: str) -> None:
    last = adoptions(store)[-1]
    try:
        told = learned.name(stored_model(store, active))
    except ModelError as error:
        trouble.show(error, "The adopted model cannot be used: new articles cannot be read.")
        told = "A model that cannot be read"
    why = f" “{plain(last.why)}”" if last.why else ""
    st.markdown(
        f"{told[:1].upper()}{told[1:]}. Adopted by **{plain(last.who)}** on {day(last.at)}, "
        f"{last.at:%H:%M} UTC.{why}"
    )
    before = (last.before or {}).get("model") or PACKAGED
    st.button(
        "Roll back to the model before it" if before else "Roll back to the model that came with the product",
        key="roll_back",
        icon=":material/undo:",
        on_click=_roll_back,
    )


def _ask(store: Store, there: Any) -> None:
    from dashboard_core.learning import LEAST, shortfall

    st.subheader("Learn a new model", anchor=False)
    st.markdown(
        f"To learn from: **{plural(there.learn, 'reviewed label')}** in "
        f"{plural(there.learn_articles, 'article')}. Kept back to compare on: **{amount(there.compare)}** in "
        f"{plural(there.compare_articles, 'article')}."
    )
    lacking = shortfall(there, LEAST)
    if lacking:
        st.info(
            "Too few labels are reviewed yet. There are:\n"
            + "\n".join(f"- {line}" for line in lacking)
            + "\n\nReview labels in further articles. Which articles are kept back is fixed by their id, so "
            "that a model is never compared on what it learned from.",
            icon=":material/hourglass_empty:",
        )
    st.button(
        "Learn from the reviewed labels",
        key="learn",
        # The writing of a primary button that waits cannot be read on dark.
        type="secondary" if lacking else "primary",
        icon=":material/model_training:",
        disabled=bool(lacking),
        on_click=_start,
        args=("learn",),
        help="It takes about a minute, in the background. On the command line: stances learn start",
    )


@st.fragment(run_every="2s")
def _progress(before: Any) -> None:
    from dashboard_core import learning

    now = learning.state(data.desk().store)
    if not now.busy:
        st.rerun()
    with st.container(border=True):
        what = "Learning from the reviewed labels" if now.task == "learn" else "Relabelling the store"
        st.markdown(f"**{what}** · asked for by {plain(now.who)}")
        far = f"{amount(now.done)} of {amount(now.total)}" if now.total else "a moment"
        st.progress(
            min(1.0, now.done / now.total) if now.total else 0.0, text=f"{now.stage or 'Starting'}: {far}"
        )
        st.caption("This goes on when you leave the page.")
        if st.button("Cancel", icon=":material/stop_circle:", key="cancel_learning"):
            learning.cancel(data.desk().store)
            st.toast("It ends in a moment.")


def _ended(now: Any) -> None:
    """Say what came of the last work."""
    what = "Learning" if now.task == "learn" else "Relabelling"
    if now.status == "failed":
        st.error(f"{what} broke off; the model that labels was not touched.", icon=":material/error:")
        st.code(now.message, language=None, wrap_lines=True)
    elif now.status == "interrupted":
        kept = "no model was kept" if now.task == "learn" else "what it had relabelled stays"
        st.warning(f"{what} was interrupted, {kept}. Start it again.", icon=":material/warning:")
    elif now.status == "cancelled":
        st.caption(f"{what} was cancelled by hand.")
    elif now.status == "done" and now.task == "relabel":
        with st.container(border=True):
            st.markdown(f"**The store was relabelled** · asked for by {plain(now.who)}")
            st.markdown("\n".join(f"- {plain(line.strip())}" for line in now.lines))


def _models(store: Store) -> None:
    models = stored_models(store)
    active = active_model(store)
    if not models:
        return
    st.subheader("Learned models", anchor=False)
    shown = [one for one in models if one.model_id == active] + [
        one for one in models if one.model_id != active
    ]
    for model in shown[: _LISTED + 1]:
        with st.container(border=True):
            _model(store, model, labels_now=model.model_id == active, active=active)
    if len(shown) > _LISTED + 1:
        st.caption(f"{plural(len(shown) - _LISTED - 1, 'older model')}: see `stances learn list`.")


def _model(store: Store, model: StoredModel, *, labels_now: bool, active: str) -> None:
    told = learned.name(model)
    st.markdown(f"**{told[:1].upper()}{told[1:]}**" + (" · labels now" if labels_now else ""))
    st.caption(f"Asked for by {plain(str(model.card['asked_by']))} · `{model.model_id}`")
    compared = model.card["current"]
    if not labels_now and compared["model"] != active:
        st.warning(
            "It was compared with another model than the one that labels now. Learn again to compare them.",
            icon=":material/compare_arrows:",
        )
    learned.comparison(model)
    if labels_now:
        return
    with st.popover("Adopt this model …", icon=":material/published_with_changes:"):
        st.markdown(
            "From then on it labels every article that comes in. Labels in the store stay until the store is "
            "relabelled; what people decided stays in any case."
        )
        st.text_input("Reason (optional, kept with the decision)", key=f"why_{model.model_id}", max_chars=300)
        st.button(
            "Adopt it now",
            key=f"adopt_{model.model_id}",
            type="primary",
            on_click=_adopt,
            args=(model.model_id,),
        )


def _start(task: str) -> None:
    from dashboard_core import learning

    try:
        now, mine = learning.start(data.desk().store, task, who())
    except DashboardCoreError as error:
        st.session_state[_PROBLEM] = error
        return
    if not mine:
        st.session_state[_SAID] = f"{plain(now.who)} has started this already; it is under way."


def _adopt(model_id: str) -> None:
    why = str(st.session_state.get(f"why_{model_id}") or "").strip()
    _decided(lambda store: adopt(store, model_id, who(), why=why), "Adopted: it labels from now on.")


def _roll_back() -> None:
    _decided(lambda store: roll_back(store, who()), "Rolled back: the model before it labels again.")


def _decided(act: Any, said: str) -> None:
    try:
        done: Entry = act(data.desk().store)
    except DashboardCoreError as error:
        st.session_state[_PROBLEM] = error
        return
    st.session_state[_SAID] = f"{said} Kept in the ledger under the name of {plain(done.who)}."
