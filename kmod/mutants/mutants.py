# SPDX-License-Identifier: GPL-2.0-only
"""Deliberate mistakes in the module, one at a time, to see that the tests notice.

Each: its name, the file, what stands there (once), what is put in its place, why it is a mistake, and what to run. The text must
be there: who changes the code changes it here, too. What catches each is in caught.txt."""

from typing import NamedTuple


class Mutant(NamedTuple):
    name: str
    file: str
    old: str
    new: str
    why: str
    run: str


def without(text, *pieces):
    """The text without some of its lines."""
    for piece in pieces:
        assert piece in text, piece
        text = text.replace(piece, "")
    return text


QUEUE_ADD = """
	spin_lock(&q->lock);
	e->lost = q->lost;
	q->lost = 0;
	list_add_tail(&e->node, &q->entries);
	bus_queue_count(q, e, 1);
	spin_unlock(&q->lock);
"""

DELIVER = """
		rcu_read_lock();
		spin_lock(&bus->order);
		if (READ_ONCE(bus_draining))
			err = -ESHUTDOWN;
		else if (READ_ONCE(from->sk.sk_shutdown) & SEND_SHUTDOWN)
			err = -EPIPE;
		else
			err = bus_plan_make(&plan, from, skb, dests, &need);
		if (!err)
			bus_plan_carry_out(&plan, bus, skb, dests);
		else if (err == -EAGAIN)
			sock_hold(&plan.full->sk);
		spin_unlock(&bus->order);
		if (!err)
			bus_plan_wake(&plan, bus, skb);
		rcu_read_unlock();
"""

MUTANTS = [
    # Locks, and what may be done under them.
    Mutant("queue-unlocked", "queue.c", QUEUE_ADD, without(QUEUE_ADD, "\tspin_lock(&q->lock);\n", "\tspin_unlock(&q->lock);\n"),
           "a message is put into a queue while another is taken", "unicast order races"),
    Mutant("order-unlocked", "deliver.c", DELIVER, without(DELIVER, "\t\tspin_lock(&bus->order);\n", "\t\tspin_unlock(&bus->order);\n"),
           "two senders stamp and deliver at once", "order"),
    Mutant("locks-reversed", "queue.c",
           "\tWRITE_ONCE(q->max, max);\n",
           "\tspin_lock(&bs->bus->order);\n\tWRITE_ONCE(q->max, max);\n\tspin_unlock(&bs->bus->order);\n",
           "the order of the bus is taken within a queue's lock", "full_fail"),
    Mutant("sleeps-in-atomic", "member.c",
           "return bus_message_event(type, addr, group, GFP_ATOMIC | __GFP_NOWARN);",
           "return bus_message_event(type, addr, group, GFP_KERNEL);",
           "an event is allocated with sleep under bus.order", "events"),
    Mutant("no-rcu-lock", "deliver.c", DELIVER, without(DELIVER, "\t\trcu_read_lock();\n", "\t\trcu_read_unlock();\n"),
           "a sender looks at filters and wakes receivers that nothing keeps", "filter"),

    # References and lives.
    Mutant("message-holds-no-sender", "message.c",
           "\tsock_hold(&from->sk);\n", "",
           "the sender of a queued message is freed", "unicast"),
    Mutant("waiter-never-puts", "deliver.c",
           "\t\t\tsock_put(&full->sk);\n", "",
           "who waited for room keeps the receiver for ever", "full_wait"),
    Mutant("entry-freed-twice", "queue.c",
           "\tif (got->place)\n\t\tbus_entry_free(got->place);\n\tconsume_skb(skb);",
           "\tif (got->place)\n\t\tbus_entry_free(got->place);\n\tkfree_skb(skb);\n\tconsume_skb(skb);",
           "a received message is freed once too often", "unicast"),
    Mutant("stays-in-groups", "member.c",
           "\twhile (bus_member_leave_groups(bs))\n\t\tcond_resched();\n", "",
           "a dead member is still in its groups", "group"),
    Mutant("master-outlives", "member.c",
           "\tif (bus->master == bs)\n\t\tbus_master_end(bus, bus_event_now(bus, BUS_EVENT_MASTER, 0, 0));\n", "",
           "a dead member is still the master", "master"),
    Mutant("wishes-outlive", "member.c",
           "\tbus_wishes_drop(bs);\n", "",
           "a dead sender still waits for room", "writable full_wait events"),
    Mutant("files-leak", "message.c",
           "\tfor (i = 0; i < files->count; i++)\n\t\tfput(files->file[i]);\n\tkfree(files);", "\t(void)i;\n\tkfree(files);",
           "descriptors of a message stay open", "descriptors"),
    Mutant("pid-leak", "message.c",
           "\t\tput_pid(m->pid);\n", "",
           "the sender's pid of a message is never given back", "unicast"),
    Mutant("queue-leaks", "member.c",
           "\tbus_queue_purge(bs);\n", "",
           "what was queued for a dead member is never freed", "races descriptors"),
    Mutant("freed-at-once", "socket.c",
           "\tsock_set_flag(sk, SOCK_RCU_FREE);\n", "",
           "a receiver is freed while a sender wakes it", "races"),

    # Accounts.
    Mutant("bytes-free-of-charge", "message.c",
           "\terr = bus_charge(from->user, BUS_BYTES, skb->truesize);", "\terr = 0;",
           "what is in flight is not counted", "quota"),
    Mutant("bytes-never-given-back", "message.c",
           "\t\tbus_uncharge(m->from->user, BUS_BYTES, skb->truesize);\n", "",
           "what was received is still counted", "quota"),
    Mutant("joins-leak", "member.c",
           "free:\n\tbus_uncharge(bs->user, BUS_JOINS, 1);\n\tkfree_skb(event);\n\tkfree(new);", "free:\n\tkfree_skb(event);\n\tkfree(new);",
           "a join that failed is counted", "quota"),
    Mutant("queue-of-any-size", "queue.c",
           "\treturn READ_ONCE(q->bytes) < READ_ONCE(bs->sk.sk_rcvbuf) &&\n\t       READ_ONCE(q->messages)", "\treturn READ_ONCE(q->messages)",
           "SO_RCVBUF is no limit", "full_wait"),
    Mutant("outq-forgets", "message.c",
           "\t\tatomic_sub(skb->len, &m->from->unread);\n", "",
           "SIOCOUTQ counts what was received", "ioctl"),

    # The order, and whole sends.
    Mutant("same-stamp", "deliver.c",
           "\tm->order = ++bus->stamp;", "\tm->order = bus->stamp;",
           "messages have no place in the order", "order"),
    Mutant("last-in-first-out", "queue.c",
           "\tlist_add_tail(&e->node, &q->entries);", "\tlist_add(&e->node, &q->entries);",
           "the latest message is received first", "order"),
    Mutant("twice-to-one", "deliver.c",
           "\tif (to->planned == bus->plans || READ_ONCE(to->queue.shut))", "\tif (READ_ONCE(to->queue.shut))",
           "who is named twice in a list gets it twice", "list"),
    Mutant("back-to-sender", "deliver.c",
           "\t\t\t\tif (join->member == from)\n\t\t\t\t\tcontinue;\n", "",
           "a sender receives its own group message", "group"),
    Mutant("half-a-group", "deliver.c",
           "\t\tif (policy != BUS_SKIP) {", "\t\tif (policy == BUS_WAIT) {",
           "BUS_FAIL sends to who has room", "full_fail"),
    Mutant("to-the-deaf", "deliver.c",
           "\tif (to->planned == bus->plans || READ_ONCE(to->queue.shut))", "\tif (to->planned == bus->plans)",
           "a message for a group goes to who takes no more", "shutdown"),

    # Told and woken.
    Mutant("loss-untold", "queue.c",
           "\te->lost = q->lost;\n\tq->lost = 0;", "\te->lost = 0;\n\tq->lost = 0;",
           "what is missing is not told", "full_skip_told"),
    Mutant("receiver-sleeps-on", "deliver.c",
           "\t\tplace->to->sk.sk_data_ready(&place->to->sk);\n", "",
           "a receiver is not woken by a message", "poll_epoll"),
    Mutant("sender-sleeps-on", "deliver.c",
           "\twake_up_interruptible_all(&full->queue.room);\n\tspin_lock(&bus->order);", "\tspin_lock(&bus->order);",
           "a sender is not woken by room", "full_wait"),
    Mutant("death-untold", "member.c",
           "\tbus_tell(bus, BUS_EVENT_EXIT, bs->addr, 0,\n\t\t bus_event_now(bus, BUS_EVENT_EXIT, bs->addr, 0));\n", "",
           "nobody hears of a death", "events"),
    Mutant("slot-ready-too-soon", "ring.c",
           "\tslot->src = m->from", "\tsmp_store_release(&slot->ready, claim->number + 1);\n\tslot->src = m->from",
           "a slot of a ring is ready before it is filled", "ring"),

    # Who may, and who it was.
    Mutant("all-may-send", "socket.c",
           "\tif (!(bs->rights & BUS_MAY_SEND))\n\t\treturn -EACCES;\n", "",
           "who may only read a bus writes", "bus_permissions"),
    Mutant("all-may-be-master", "member.c",
           "\tif (claim && !uid_eq(current_euid(), bus->uid) &&\n\t    !ns_capable(bus->net->user_ns, CAP_NET_ADMIN))\n\t\treturn -EPERM;\n", "",
           "anyone becomes the master", "master"),
    Mutant("real-user", "message.c",
           "\tm->uid = cred->euid;", "\tm->uid = cred->uid;",
           "the stamp names the real, not the effective user", "credentials"),
    Mutant("pid-of-another-namespace", "message.c",
           "\tmeta->pid = pid_nr_ns(m->pid, pids);", "\tmeta->pid = pid_nr(m->pid);",
           "a pid is told in the first namespace's terms", "namespaces"),
    Mutant("sockets-in-flight", "message.c",
           "!sk || sk->sk_family == AF_UNIX ||", "!sk ||",
           "a circle of sockets that nobody frees", "descriptors"),
    Mutant("ring-can-be-written", "ring.c",
           "\tvm_flags_clear(vma, VM_MAYWRITE | VM_MAYEXEC);\n", "",
           "mprotect() makes a ring writable", "ring"),
    Mutant("memfd-unsealed", "ring.c",
           "F_SEAL_GROW | F_SEAL_WRITE", "F_SEAL_GROW",
           "a memory file of a message can be written", "ring"),
    Mutant("reserved-unread", "socket.c",
           "\treturn sa->sbus_reserved ? -EINVAL : 0;", "\treturn 0;",
           "a field that must be zero is not looked at", "bad_input"),
]
