"""Runs MiniStack until standard input ends, so that it never outlives the process that started it."""

import importlib
import json
import os
import runpy
import signal
import threading
import time

GRACE_SECONDS = 3


def end_with_parent():
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    # An open connection can hold up an orderly end.
    time.sleep(GRACE_SECONDS)
    os._exit(0)


def name_path_as_resource(iam_actions):
    """AWS asks GetParametersByPath for a right on the path; MiniStack, for a right on everything.

    (AWS Systems Manager User Guide, "Restricting access to Parameter Store parameters using IAM policies".)
    """
    find_resource = iam_actions.extract_resource_arn

    def find_resource_or_path(service, method, path, headers, body, query_params, region, account_id):
        target = headers.get("x-amz-target", "")
        if target == "AmazonSSM.GetParametersByPath":
            parameters = json.loads(body).get("Path", "")
            return f"arn:aws:ssm:{region}:{account_id}:parameter{parameters}"
        return find_resource(service, method, path, headers, body, query_params, region, account_id)

    iam_actions.extract_resource_arn = find_resource_or_path


def judge_as_aws_does(iam_actions, iam_evaluator):
    """Roles are held to the stack's bucket policies here, too.

    What comes over loopback has no TLS, and counts as secure. A write names its key in a header, which MiniStack does
    not show to policies (Service Authorization Reference, Amazon S3, "Condition keys").
    """
    find_key = iam_evaluator._resolve_condition_key
    find_context = iam_actions.s3_service_context

    def find_key_or_secure(key, context):
        return "true" if key.lower() == "aws:securetransport" else find_key(key, context)

    def find_context_with_key(action, query_params, path="", headers=None):
        context = dict(find_context(action, query_params, path, headers))
        key = (headers or {}).get("x-amz-server-side-encryption-aws-kms-key-id")
        if action == "s3:PutObject" and key:
            context["s3:x-amz-server-side-encryption-aws-kms-key-id"] = key
        return context

    iam_evaluator._resolve_condition_key = find_key_or_secure
    iam_actions.s3_service_context = find_context_with_key


threading.Thread(target=end_with_parent, daemon=True).start()
actions = importlib.import_module("ministack.core.iam_actions")
name_path_as_resource(actions)
judge_as_aws_does(actions, importlib.import_module("ministack.core.iam_evaluator"))
runpy.run_module("ministack", run_name="__main__")
