"""Dagster's webserver, asked by GraphQL."""

import json
import ssl
import time
import urllib.request
from dataclasses import dataclass

LOCATIONS = """{workspaceOrError {... on Workspace {locationEntries {name versionKey locationOrLoadError {
  __typename ... on RepositoryLocation {serverId repositories {name assetNodes {assetKey {path}}}}
  ... on PythonError {message}}}}}}"""
LAUNCH = """mutation ($p: ExecutionParams!) {launchRun(executionParams: $p) {__typename
  ... on LaunchRunSuccess {run {runId}} ... on PythonError {message}}}"""
RELOAD = """mutation {reloadWorkspace {__typename ... on Workspace {locationEntries {name}}
  ... on PythonError {message}}}"""
RELOAD_ONE = """mutation ($name: String!) {reloadRepositoryLocation(repositoryLocationName: $name) {__typename
  ... on PythonError {message}}}"""
METADATA = """query ($name: String!) {workspaceLocationEntryOrError(name: $name) {... on WorkspaceLocationEntry {
  locationOrLoadError {... on RepositoryLocation {repositories {assetNodes {
    metadataEntries {label ... on TextMetadataEntry {text}}}}}}}}}"""
RUN = "query ($id: ID!) {runOrError(runId: $id) {... on Run {status}}}"


@dataclass(frozen=True)
class Loaded:
    server_id: str  # "" when the location is in error
    error: str
    assets: tuple[str, ...] = ()


class Webserver:
    def __init__(self, url: str, context: ssl.SSLContext | None = None):
        self.url = url
        self.context = context

    def ask(self, query: str, **variables: object) -> dict:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20, context=self.context) as answer:
            data = json.load(answer)
        assert not data.get("errors"), data["errors"]
        return data["data"]

    def locations(self) -> dict[str, Loaded]:
        found = {}
        for entry in self.ask(LOCATIONS)["workspaceOrError"]["locationEntries"]:
            what = entry["locationOrLoadError"]
            if what["__typename"] == "RepositoryLocation":
                assets = sorted("/".join(node["assetKey"]["path"]) for repository in what["repositories"]
                                for node in repository.get("assetNodes", []))
                found[entry["name"]] = Loaded(what["serverId"], "", tuple(assets))
            else:
                found[entry["name"]] = Loaded("", what.get("message", "?"))
        return found

    def loaded(self) -> dict[str, str]:
        """Server id of every location that is loaded."""
        return {name: one.server_id for name, one in self.locations().items() if one.server_id}

    def reload_workspace(self) -> set[str]:
        """The names that are listed afterwards; the webserver has read the file again."""
        answer = self.ask(RELOAD)["reloadWorkspace"]
        if answer["__typename"] != "Workspace":
            raise RuntimeError(answer.get("message", answer["__typename"]))
        return {entry["name"] for entry in answer["locationEntries"]}

    def reload_location(self, name: str) -> None:
        answer = self.ask(RELOAD_ONE, name=name)["reloadRepositoryLocation"]
        if answer["__typename"] != "WorkspaceLocationEntry":
            raise RuntimeError(answer.get("message", answer["__typename"]))

    def metadata(self, location: str) -> dict[str, str]:
        """Of all assets of a location that is loaded; empty where it is not."""
        entry = self.ask(METADATA, name=location)["workspaceLocationEntryOrError"] or {}
        nodes = [node for repository in entry.get("locationOrLoadError", {}).get("repositories", [])
                 for node in repository["assetNodes"]]
        return {one["label"]: one["text"] for node in nodes for one in node["metadataEntries"] if "text" in one}

    def launch(self, location: str, job: str, config: dict | None = None) -> str:
        selector = {"repositoryLocationName": location, "repositoryName": "__repository__", "jobName": job}
        answer = self.ask(LAUNCH, p={"selector": selector, "runConfigData": config or {}})["launchRun"]
        assert answer["__typename"] == "LaunchRunSuccess", answer
        return answer["run"]["runId"]

    def run_status(self, run: str) -> str:
        return self.ask(RUN, id=run)["runOrError"]["status"]

    def wait_loaded(self, names: set[str], seconds: float = 60) -> dict[str, str]:
        """Exactly these locations are listed and each is loaded."""
        end = time.monotonic() + seconds
        seen: object = None
        while time.monotonic() < end:
            try:
                locations = self.locations()
                seen = {name: one.error or "loaded" for name, one in locations.items()}
                if set(locations) == names and all(one.server_id for one in locations.values()):
                    return {name: one.server_id for name, one in locations.items()}
            except OSError as error:
                seen = error
            time.sleep(0.1)
        raise AssertionError(f"expected {sorted(names)} loaded within {seconds} s; last seen: {seen}")
